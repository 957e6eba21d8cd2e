"""What needs somebody: questions asked again and again, and how their answers reach people.

``catalogue`` lists the questions, ``checks`` answer them, ``watch`` asks and keeps the rows,
``telling`` sends mails and calls the webhook, ``reading`` and ``acts`` serve the page.
"""
