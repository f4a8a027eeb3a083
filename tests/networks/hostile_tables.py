"""Tables as people have them, and as nobody should: each read rightly, or refused in a sentence that names row and column."""

from __future__ import annotations

from dataclasses import dataclass

GOOD = "x,y,kind\n1,2,a\n3,4,b\n5,6,a\n7,8,b\n"


@dataclass(frozen=True)
class Read:
    """What a table holds: its inputs column by column, and the targets' classes or numbers."""

    inputs: tuple[tuple[float, ...], ...]
    targets: tuple[str, ...] | tuple[float, ...]
    names: tuple[str, ...] = ("x", "y")


PLAIN = Read(((1, 3, 5, 7), (2, 4, 6, 8)), ("a", "b", "a", "b"))


def refused(*parts: str) -> tuple[str, ...]:
    return parts


TABLES: dict[str, tuple[str | bytes, Read | tuple[str, ...]]] = {
    "plain": (GOOD, PLAIN),
    "no line break at the end": (GOOD.rstrip(), PLAIN),
    "CRLF": (GOOD.replace("\n", "\r\n"), PLAIN),
    "CR alone": (GOOD.replace("\n", "\r"), PLAIN),
    "UTF-8 with BOM": (b"\xef\xbb\xbf" + GOOD.encode(), PLAIN),
    "a text with BOM": ("\ufeff" + GOOD, PLAIN),
    "UTF-16 with BOM": (GOOD.encode("utf-16"), PLAIN),
    "UTF-16, big-endian": (b"\xfe\xff" + GOOD.encode("utf-16-be"), PLAIN),
    "UTF-16 without BOM": (GOOD.encode("utf-16-le"), PLAIN),
    "UTF-32 with BOM": (GOOD.encode("utf-32"), PLAIN),
    "Windows-1252": (GOOD.replace("b", "größe").encode("cp1252"), Read(PLAIN.inputs, ("a", "größe", "a", "größe"))),
    "semicolons": (GOOD.replace(",", ";"), PLAIN),
    "tabs": (GOOD.replace(",", "\t"), PLAIN),
    "bars": (GOOD.replace(",", "|"), PLAIN),
    "the separator named": ("sep=;\r\n" + GOOD.replace(",", ";"), PLAIN),
    "blank lines": (GOOD.replace("\n", "\n\n"), PLAIN),
    "space around cells": (GOOD.replace(",", " , "), PLAIN),
    "quotes": ('"x","y","kind"\n"1","2","a"\n3,4,"b"\n5,6,a\n7,8,b', PLAIN),
    "separators in quotes": (
        'x,"y, in m",k\n1,2,"a,b"\n3,4,c\n5,6,c\n7,8,c', Read(PLAIN.inputs, ("a,b", "c", "c", "c"), ("x", "y, in m")),
    ),
    "quotes in quotes": ('x,y,k\n1,2,"say ""a"""\n3,4,b\n5,6,b\n7,8,b', Read(PLAIN.inputs, ('say "a"', "b", "b", "b"))),
    "a semicolon in a comma's table": (
        'x,"y;z",k\n1,2,a\n3,4,b\n5,6,a\n7,8,b', Read(PLAIN.inputs, PLAIN.targets, ("x", "y;z")),
    ),
    "decimal commas": ("x;y\n1,5;2,25\n2;3,5\n0,125;4\n-1e1;,5", Read(((1.5, 2, 0.125, -10),), (2.25, 3.5, 4, 0.5), ("x",))),
    "decimal commas in quotes": ('x,y\n"1,5",2\n3,"4,25"\n5,6\n7,8', Read(((1.5, 3, 5, 7),), (2, 4.25, 6, 8), ("x",))),
    "three decimals after a comma": (
        "x;y\n0,125;1,234\n2,5;3\n4;5\n6;7", Read(((0.125, 2.5, 4, 6),), (1.234, 3, 5, 7), ("x",)),
    ),
    "numbers in every notation": (
        "x,y\n+1.,1e-3\n.5,-2E+2\n007,1\n-0,.5", Read(((1, 0.5, 7, 0),), (0.001, -200, 1, 0.5), ("x",)),
    ),
    "hexadecimal": (GOOD.replace("4", "0x4"), refused("Row 3", "'y'", "“0x4” is no number")),
    "separators at the ends of lines": (GOOD.replace("\n", ",\n"), PLAIN),
    "no name above the first column": (
        "," + "y,k\n1,2,a\n3,4,b\n5,6,a\n7,8,b", Read(PLAIN.inputs, PLAIN.targets, ("column 1", "y")),
    ),
    "a constant column": ("x,y,k\n1,2,a\n1,4,b\n1,6,a\n1,8,b", Read(((1, 1, 1, 1), (2, 4, 6, 8)), PLAIN.targets)),
    "HTML in names": ("<b>x</b>,y,k\n1,2,a\n3,4,b\n5,6,a\n7,8,b", Read(PLAIN.inputs, PLAIN.targets, ("<b>x</b>", "y"))),
    "whole numbers as classes": ("x,k\n1,10\n2,9\n3,10\n4,9", Read(((1, 2, 3, 4),), ("10", "9", "10", "9"), ("x",))),
    "signs as classes": ("x,k\n1,+\n2,-\n3,+\n4,-", Read(((1, 2, 3, 4),), ("+", "-", "+", "-"), ("x",))),
    "many whole numbers": (
        "x,y\n" + "\n".join(f"{i},{i * i}" for i in range(12)),
        Read((tuple(range(12)),), tuple(i * i for i in range(12)), ("x",)),
    ),
    "nothing": ("\n", refused("No columns given")),
    "nothing but blanks": (b" \r\n ; \r\n", refused("No columns given")),
    "names alone": ("x,y,k\n", refused("0 rows below the names")),
    "one row": ("x,y,k\n1,2,a", refused("1 row below the names", "4 or more")),
    "one column": ("x\n1\n2\n3\n4", refused("1 column given", "commas, semicolons or tabs")),
    "spaces between cells": ("x y\n1 2\n3 4\n5 6\n7 8", refused("1 column given")),
    "no header": ("1,2,3\n4,5,6\n7,8,9\n1,2,3\n4,5,6", refused("Row 1", "“1” in column 1", "line of names")),
    "65 columns": (",".join(f"x{i}" for i in range(65)) + "\n", refused("65 columns", "at most 64")),
    "2001 rows": ("x,y\n" + "1.5,2.5\n" * 2001, refused("Row 2002 and more", "at most 2000")),
    "a million rows": ("x,y\n" + "1,2\n" * 1_000_000, refused("Row 2002 and more", "at most 2000")),
    "a hundred megabytes": (b"x,y\n" + bytes(100) * 1_000_000, refused("100 MB", "at most 2000 rows")),
    "NaN": (GOOD.replace("3", "NaN"), refused("Row 3", "'x'", "“NaN” is missing")),
    "NA": (GOOD.replace("6", "NA"), refused("Row 4", "'y'", "“NA” is missing")),
    "infinity": (GOOD.replace("3", "inf"), refused("Row 3", "'x'", "“inf” is no number")),
    "an empty cell": (GOOD.replace("3", ""), refused("Row 3", "'x'", "the cell is missing")),
    "an empty class": (GOOD.replace("b", ""), refused("Row 3", "'kind'", "the cell is missing")),
    "an empty column": ("x,y,k\n1,,a\n2,,b\n3,,a\n4,,b", refused("Row 2", "'y'", "the cell is missing")),
    "text among numbers": (GOOD.replace("4", "four"), refused("Row 3", "'y'", "“four” is no number")),
    "numbers in another script": (GOOD.replace("4", "٤"), refused("Row 3", "'y'", "“٤” is no number")),
    "underscores": (GOOD.replace("4", "4_000"), refused("Row 3", "'y'", "is no number")),
    "a percentage": (GOOD.replace("4", "4%"), refused("Row 3", "'y'", "“4%” is no number")),
    "a date": (GOOD.replace("4", "2026-01-02"), refused("Row 3", "'y'", "is no number")),
    "too large": (GOOD.replace("5", "1e400"), refused("Row 4", "'x'", "“1e400” is too large", "1e+100")),
    "too large to be squared": (GOOD.replace("5", "-1e200"), refused("Row 4", "'x'", "is too large")),
    "thousands by commas": ('x,y\n"1,234",1\n"2,345",2\n3,3\n4,4', refused("Row 2", "'x'", "“1,234” may have a decimal comma")),
    "thousands by commas and a point": ('x,y\n"1,234.5",1\n2,2\n3,3\n4,4', refused("Row 2", "'x'", "thousands separated")),
    "thousands by points": ("x;y\n1.234,5;1\n2;2\n3;3\n4;4", refused("Row 2", "'x'", "thousands separated")),
    "thousands by spaces": ("x;y\n1 234;1\n2;2\n3;3\n4;4", refused("Row 2", "'x'", "thousands separated")),
    "points and commas": ("x;y\n1,5;1.5\n2;2\n3;3\n4;4", refused("Row 2", "'x'", "“1,5” may have a decimal comma")),
    "a formula": (GOOD.replace("4", "=1+1"), refused("Row 3", "'y'", "“=1+1” is a formula")),
    "a formula as a class": (GOOD.replace("b", "=1+1"), refused("Row 3", "'kind'", "“=1+1” is a formula")),
    "a formula as a name": (GOOD.replace("y", "@SUM(1)"), refused("Row 1", "'2'", "is a formula")),
    "two columns of one name": (GOOD.replace("y", "x"), refused("Row 1", "columns 1 and 2 are both called 'x'")),
    "a long name": (GOOD.replace("y", "y" * 61), refused("Row 1", "'2'", "61 characters")),
    "a name that cannot be printed": (GOOD.replace("y", "y\u202e"), refused("Row 1", "'2'", "cannot be printed")),
    "a line break in a name": ('x,"y\nz",k\n1,2,a', refused("Row 1", "'2'", "cannot be printed")),
    "a class that cannot be printed": (GOOD.replace("b", "b\x07"), refused("Row 3", "'kind'", "cannot be printed")),
    "a row too short": (GOOD.replace("3,4,b", "3,4"), refused("Row 3 has 2 cells", "3 columns")),
    "a row too long": (GOOD.replace("3,4,b", "3,4,b,5"), refused("Row 3 has 4 cells", "3 columns")),
    "quotes that do not end": (GOOD.replace("3,", '"3,'), refused("Row 3", "quotes do not match")),
    "quotes within a cell": (GOOD.replace("3,", '"3"3,'), refused("Row 3", "quotes do not match")),
    "a cell of megabytes": (f"x,y\n{'1' * 200_000},2", refused("Row 2", "a cell is too long")),
    "a NUL character": (GOOD.replace("4", "4\0"), refused("Row 3", "NUL")),
    "300 classes": (
        "x,k\n" + "\n".join(f"{i},c{i}" for i in range(300)), refused("'k' has 300 different values", "2 to 20 classes"),
    ),
    "one class": (GOOD.replace("b", "a"), refused("'kind' has 1 value in all rows")),
    "a constant target": ("x,y\n1,2.5\n2,2.5\n3,2.5\n4,2.5", refused("'y' is 2.5 in all rows")),
    "an Excel workbook": (b"PK\x03\x04" + bytes(range(256)), refused("workbook", "save it as CSV")),
    "an old Excel workbook": (b"\xd0\xcf\x11\xe0" + bytes(100), refused("workbook")),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), refused("Row ")),
    "bytes that are no text": (b"x,y\n1,\x81\n", refused("Row 2", "no text")),
    "UTF-16 cut off": (GOOD.encode("utf-16")[:-1], refused("Row ", "no text")),
    "HTML": ("<html>\n<body>\n<p>a</p>\n</body>\n</html>\n", refused("1 column given")),
    "JSON": ('{"x": 1,\n"y": 2,\n"z": 3}', refused("1 column given")),
}  # fmt: skip
