"""What lower rooms announce without knowing who listens."""

from django.dispatch import Signal

service_mail_waiting = Signal()
"""A service mail was committed; whoever sends them may look at once. Carries nothing."""

domain_checked = Signal()
"""A resolver's answer about a sender's domain was committed; what was said before is old. Carries
nothing."""
