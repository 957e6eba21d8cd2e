"""/_control: what tests, drills and the demo use to set the stage and to count what arrived."""

import json
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from aiohttp import web

from kizuna.emulators.line.api import Api
from kizuna.emulators.line.faults import Fault, FaultError
from kizuna.emulators.line.state import STATUSES, TOKYO, UNKNOWN_IDS, State

SETTINGS: dict[str, tuple[str, type | tuple[type, ...]]] = {
    "channel_id": ("channel_id", str),
    "channel_secret": ("secret", str),
    "name": ("name", str),
    "plan_quota": ("plan_quota", (int, type(None))),
    "verified": ("verified", bool),
    "multicast_unknown": ("multicast_unknown", str),
}

Handler = Callable[[web.Request], Awaitable[web.Response]]


class OrderError(ValueError):
    """What is wrong with the order, as a sentence."""


def routes(state: State, api: Api) -> list[web.RouteDef]:
    control = Control(state, api)
    return [
        web.post("/_control/channels", _answering(control.channels)),
        web.get("/_control/count", _answering(control.count)),
        web.get("/_control/received", _answering(control.received)),
        web.post("/_control/faults", _answering(control.plan_faults)),
        web.get("/_control/faults", _answering(control.faults_left)),
        web.post("/_control/clock", _answering(control.move_clock)),
        web.get("/_control/clock", _answering(control.clock)),
        web.post("/_control/rates", _answering(control.rates)),
    ]


def _answering(act: Callable[[web.Request, Any], dict[str, Any]]) -> Handler:
    async def handle(request: web.Request) -> web.Response:
        try:
            body = json.loads(await request.read() or b"{}")
            return web.json_response(act(request, body))
        except json.JSONDecodeError:
            return web.json_response({"error": "the body is not JSON"}, status=400)
        except (OrderError, FaultError) as refusal:
            return web.json_response({"error": str(refusal)}, status=400)

    return handle


class Control:
    def __init__(self, state: State, api: Api) -> None:
        self.state = state
        self.api = api

    def channels(self, _: web.Request, body: Any) -> dict[str, Any]:
        """Create or change a channel; the users given are merged into those it has."""
        if not isinstance(body, dict) or not body.get("channel_id"):
            raise OrderError("a channel needs channel_id and channel_secret")
        users = body.pop("users", {})
        if not isinstance(users, dict) or not set(users.values()) <= set(STATUSES):
            raise OrderError(f"users is an object of user id to one of: {', '.join(STATUSES)}")
        settings = {}
        for name, value in body.items():
            if name not in SETTINGS:
                raise OrderError(
                    f"unknown field {name!r}; known: {', '.join([*SETTINGS, 'users'])}"
                )
            attribute, kind = SETTINGS[name]
            if not isinstance(value, kind):
                raise OrderError(f"{name} has the wrong type")
            settings[attribute] = value
        if settings["channel_id"] not in self.state.channels and "secret" not in settings:
            raise OrderError("a new channel needs a channel_secret")
        if settings.get("multicast_unknown", "drop") not in UNKNOWN_IDS:
            raise OrderError(f"multicast_unknown is one of: {', '.join(UNKNOWN_IDS)}")
        channel = self.state.put_channel(settings, users)
        return {"channel_id": channel.channel_id, "users": len(channel.users)}

    def count(self, request: web.Request, _: Any) -> dict[str, Any]:
        query = request.query
        return self.state.count(query.get("day"), query.get("channel_id"))

    def received(self, request: web.Request, _: Any) -> dict[str, Any]:
        """What one user got, oldest first."""
        query = request.query
        numbers = self.state.inbox.get((query.get("channel_id", ""), query.get("user", "")), [])
        return {
            "received": [
                {
                    "at": datetime.fromtimestamp(one.at, TOKYO).isoformat(),
                    "call": one.call,
                    "request_id": one.request_id,
                    "messages": self.state.contents[one.content],
                }
                for one in (self.state.received[number] for number in numbers)
            ]
        }

    def plan_faults(self, _: web.Request, body: Any) -> dict[str, Any]:
        """Replace the plan; an empty list ends all faults."""
        plan = body.get("faults") if isinstance(body, dict) else body
        if not isinstance(plan, list):
            raise OrderError("the plan is a list of faults, or an object with `faults`")
        self.api.faults.plan = [Fault.parse(one) for one in plan]
        return {"faults": self.api.faults.left()}

    def faults_left(self, _: web.Request, __: Any) -> dict[str, Any]:
        return {"faults": self.api.faults.left()}

    def move_clock(self, request: web.Request, body: Any) -> dict[str, Any]:
        """``offset``: seconds to the real time. A restart goes back to the real time."""
        offset = body.get("offset") if isinstance(body, dict) else None
        if not isinstance(offset, int | float):
            raise OrderError("offset is a number of seconds")
        self.state.offset = float(offset)
        return self.clock(request, body)

    def clock(self, _: web.Request, __: Any) -> dict[str, Any]:
        now = datetime.fromtimestamp(self.state.now(), TOKYO).isoformat()
        return {"now": now, "offset": self.state.offset}

    def rates(self, _: web.Request, body: Any) -> dict[str, Any]:
        """``scale``: 1.0 is LINE's own rate for every endpoint."""
        scale = body.get("scale") if isinstance(body, dict) else None
        if not isinstance(scale, int | float) or scale <= 0:
            raise OrderError("scale is a number above 0")
        self.api.rate_scale = float(scale)
        return {"scale": self.api.rate_scale}
