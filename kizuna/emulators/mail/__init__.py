"""A stand-in for the mail server next door: takes every mail, sends none, shows them all.

The demo, the tests and the drills talk to this. It offers PIPELINING as Postfix does, fails on
request by the recipient's local part, and forgets nothing between two starts. It is not part of a
real installation. The SMTP side is our own because aiosmtpd, which reads mails line by line, took
1,470 mails a second (6 KB each) on the machine where the sending side makes several thousand.
"""
