"""`python -m dlt_crawler` and the command `dlt-crawl`."""

from dlt_crawler.cli import main

if __name__ == "__main__":
    main()
