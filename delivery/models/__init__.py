"""Runs, the ledger and what is counted from them; alarms. Only ``Delivery`` is not Django's."""

from delivery.models.alarms import Alarm, AlarmCheck
from delivery.models.facts import (
    AudienceFact,
    Benchmark,
    DailyFact,
    DayFact,
    FlowFact,
    Forecast,
    MonthEnd,
    MonthFlow,
    PaceFact,
    RetentionFact,
)
from delivery.models.holds import Hold
from delivery.models.ledger import Delivery, FrozenRequest, Heartbeat, Lane, Run

__all__ = [
    "Alarm",
    "AlarmCheck",
    "AudienceFact",
    "Benchmark",
    "DailyFact",
    "DayFact",
    "Delivery",
    "FlowFact",
    "Forecast",
    "FrozenRequest",
    "Heartbeat",
    "Hold",
    "Lane",
    "MonthEnd",
    "MonthFlow",
    "PaceFact",
    "RetentionFact",
    "Run",
]
