"""Names as a public screen may show them.

Two characters keep the first (李*), longer names the first and the last with at most two stars between (张*三, 欧**一);
names in Latin letters keep their first letter.
"""

STARS_MAX = 2


def masked(name: str) -> str:
    """The name that a queue may read.

    >>> [masked(name) for name in ("张小三", "李四", "欧阳小一", "买买提·艾力江", "Anna Example", "王", "")]
    ['张*三', '李*', '欧**一', '买**江', 'A**', '王', '']
    """
    if len(name) < 2:
        return name
    if name[0].isascii():
        return name[0] + "*" * STARS_MAX
    if len(name) == 2:
        return name[0] + "*"
    return name[0] + "*" * min(len(name) - 2, STARS_MAX) + name[-1]


def initial(name: str) -> str:
    """The one character that stands for a person.

    >>> initial("张小三"), initial("李四"), initial("Anna Example"), initial("")
    ('三', '李', 'A', '')
    """
    return masked(name).replace("*", "")[-1:]
