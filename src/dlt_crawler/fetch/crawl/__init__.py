"""The crawling process: a Scrapy crawl whose scheduler draws links, and whose download handler checks them."""
