"""Books out of MARC files: MARC21 and CNMARC (of the UNIMARC family) in ISO 2709.

`iso2709` cuts a file into records, `charset` turns their bytes into text, `cnmarc` and `marc21` read what the fields
mean, `copies` knows where library systems keep barcodes, `reading` puts it together as `bookrows.Book`s. A record that
cannot be read never stops the others; it is refused with its number, the reason and the mend.
"""
