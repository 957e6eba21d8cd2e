"""What lower rooms announce without knowing who listens."""

from django.dispatch import Signal

service_mail_waiting = Signal()
"""A service mail was committed; whoever sends them may look at once. Carries nothing."""
