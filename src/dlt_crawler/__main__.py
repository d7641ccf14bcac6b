"""`python -m dlt_crawler` and the command `dlt-crawl`."""


def main() -> None:
    """Run the command line."""
    # The crawling process, which is spawned, imports this module, too, and has no use for a command line.
    from dlt_crawler import cli  # noqa: PLC0415

    cli.main()


if __name__ == "__main__":
    main()
