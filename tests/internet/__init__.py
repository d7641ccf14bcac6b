"""A small internet for the tests and for `make demo`: DNS, HTTP, HTTPS and an archive, with every fault on demand.

It runs in a child process. On loopback ports (`client.Internet`, the fixture `internet`) each address 127.0.0.x is an
origin; in a network namespace of its own (`namespace.Namespace`) every host name of the world exists under its own
name, on ports 80 and 443. What can be had is written down in tables:

    behaviours.BEHAVIOURS   what a web server does when it is asked for a path
    interfaces.INTERFACES   what the interfaces of arXiv, doi.org, GitHub and YouTube answer programs
    robots.ROBOTS           the robots.txt files
    tls.TLS                 what an HTTPS port does
    worlds.ORIGINS          the loopback addresses, each an origin with its own robots.txt
    worlds, hosts, seeds    what lives, moved and died under which host name, and which hosts answer how
    networks.FORBIDDEN      addresses at which a namespace listens and nobody may connect
    archive.captures        what the archive holds, and what it answers for URLs that it does not hold
"""
