"""Failure drills: `python -m tests.drills [--seed N] [--rounds N] [--short] [--only D08,D10]`.

Each drill is a real day of more than 5,000 deliveries in eight municipalities, through real
processes: PostgreSQL (durable: ``fsync`` on), Valkey, Celery workers, beat, the LINE emulator and
the mail catcher. It does its damage at seeded moments, lets the system recover by itself, and then
three witnesses are asked: the ledger, the reconciliation (with the invariants that production asks
every night), and the journals of the emulators, which count for themselves. Nothing is mocked.

**A drill** is a function in a file of its own, found by its decorator::

    @drill("D05", "Redis is emptied in the middle of the run")
    def redis_emptied(day: Day) -> Expected:
        day.begin()                              # slow providers
        day.start_workers()                      # mail, line (and beat with beat=True)
        day.until_sent(day.rng.uniform(0.2, 0.4))   # a share of the world is sent
        day.redis("FLUSHALL")
        day.fault("Redis emptied")               # counted for the report
        return Expected()                        # what may differ from "everything sent once"

The runner then waits up to 90 s for the day to end by itself (``day.settle``), ends all processes,
and judges (``checker.judge``). Everything random comes from ``day.rng``, seeded with seed + drill.

**What a drill may use** (``day.Day``):

=========================  =======================================================================
``begin(mail=, line=)``    seconds a mail and a LINE call take (so that damage hits a running day).
                           Workers plan by themselves, as every morning; ``hours=(-1, 40)`` opens
                           the runs here, to close 40 s from now; ``open_runs(day, …)`` any day's
``start_workers(n, beat)`` n workers of each kind ("mail": plan,email; "line": plan,line)
``start(kind, **env)``     one ``Hand``: a worker of that kind, "beat", with extra environment
``hand.kill()``            SIGKILL; ``freeze()``, ``resume()``, ``end()`` (SIGTERM), ``alive``
``desk(command, *args)``   a Django command of ``desk.py`` in a fresh process: ``plan``, ``tick``,
                           ``wake``, ``examine``. Returns its JSON; ``desk_start`` does not wait
``sql(text, *values)``     rows, as the superuser (row-level security is silent): damage and looks
``until_sent(share)``      waits until that share of the world has ended; ``until(what, s)``
``pause(s)``               sleeps and restarts nothing; ``keep_alive(s)`` restarts dead workers
``redis(command …)``       one command; ``rig.freeze_redis``, ``thaw_redis``, ``restart_redis``
``rig.crash_postgres()``   immediate shutdown; ``stop_postgres``, ``start_postgres``
``mail_faults([…])``       the catcher's plan (kizuna.emulators.mail.faults); ``line_faults``
``catcher``, ``line``      ``Emulator``: ``freeze``, ``resume``, ``stop``, ``start_again`` (same port)
``world``                  ``slugs``, ``rows`` expected, per municipality and channel
``fault(name, times)``     counts a fault for the report
=========================  =======================================================================

``Expected`` (checker.py) says what the drill allows: unclear mails, other endings by reason, which
municipalities were hit (the others must be on time), and failed demands of its own (``demand``).

Workers run ``tests.drills.app``: the product's Celery app with its long waits divided by 25 and,
where asked by ``CRASH_AT``, a SIGKILL of its own at a named point (``crash.py``). They are forked
from a warm process (``nursery.py``), because importing Django takes longer than the drill's kills
are apart. ``control/`` holds the same workers without the two protections; it must show doubles.
"""
