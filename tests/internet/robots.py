"""The robots.txt files of the test internet, by name: `/robots-txt/<name>` serves one."""

PRODUCT = "dlt-crawl"
"""The product token by which a robots.txt can mean our program (RFC 9309, section 2.2.1)."""

ROBOTS = {
    "allow-all": "User-agent: *\nDisallow:\n",
    "disallow-all": "User-agent: *\nDisallow: /\n",
    "disallow-private": "User-agent: *\nDisallow: /private\n",
    "disallow-us": f"User-agent: {PRODUCT}\nDisallow: /\n\nUser-agent: *\nAllow: /\n",
    "allow-only-us": f"User-agent: *\nDisallow: /\n\nUser-agent: {PRODUCT}\nAllow: /\n",
    "allow-beats-shorter-disallow": "User-agent: *\nDisallow: /private\nAllow: /private/page\n",
    "wildcards": "User-agent: *\nDisallow: /*.pdf$\n",
    "crawl-delay": "User-agent: *\nCrawl-delay: 1\nDisallow:\n",
    "crawl-delay-60": "User-agent: *\nCrawl-delay: 60\nDisallow:\n",
    "byte-order-mark": "\ufeffUser-agent: *\r\nDisallow: /private\r\n",
    # The rule ends before the 500 KiB that every parser must read (RFC 9309, section 2.5), and much follows it.
    "large": "User-agent: *\nDisallow: /private\n" + "# padding\n" * 100_000,
    "html": "<!DOCTYPE html><html><head><title>Welcome</title></head><body>Disallow: /</body></html>",
}
