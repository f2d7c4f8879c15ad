"""The headings and words by which tables of books speak of titles and copies, in Chinese and English.

English headings are those of titles.csv and items.csv, and what Koha (items.*, biblio.*) and SLiMS (item_code, ...)
write. A number of accession names a copy only where no column of barcodes does.
"""

import unicodedata
from collections.abc import Mapping

from kiosk.circulation.records import ItemState
from kiosk.office.findings import BadRow, shown
from kiosk.office.sheet import checked_name
from kiosk.office.tables.headings import Headings

BOOK_HEADINGS = Headings(
    names={
        "barcode": ("barcode", "条码", "条码号", "图书条码", "图书条码号", "册条码", "册条码号", "馆藏条码", "条形码",
                    "条形码号", "item_code", "item barcode", "copy barcode"),
        "title_id": ("title_id", "题名编号", "书目编号", "书目记录号", "记录控制号", "biblionumber", "biblio_id"),
        "title": ("title", "题名", "书名", "正题名", "图书名称", "题名与责任者", "book title"),
        "part": ("part", "卷册", "卷册号", "分册", "分册号", "卷次", "册次", "分卷号", "volume", "vol"),
        "author": ("author", "作者", "责任者", "著者", "第一责任者", "著作者", "authors"),
        "isbn": ("isbn", "ISBN号", "国际标准书号", "标准书号", "isbn_issn", "isbn13"),
        "publisher": ("publisher", "出版社", "出版者", "出版单位", "publisher_name", "publishercode"),
        "year": ("year", "出版年", "出版日期", "出版年月", "出版时间", "publish_year", "publicationyear",
                 "publication date"),
        "clc": ("clc", "分类号", "中图分类号", "中图法分类号", "中图法", "图书分类号", "class number",
                "classification"),
        "call_number": ("call_number", "索书号", "索取号", "排架号", "callnumber", "itemcallnumber"),
        "price": ("price", "价格", "价格元"),
        "price_fen": ("price_fen", "价格(分)", "定价(分)", "单价(分)"),
        "kind": ("kind", "类型", "文献类型", "图书类型", "资料类型", "馆藏类型", "itype", "item type"),
        "state": ("state", "状态", "馆藏状态", "图书状态", "流通状态", "册状态"),
        "location": ("location", "馆藏地", "馆藏地点", "馆藏位置", "馆藏地址", "location_name", "shelving location"),
        "added": ("added", "入藏日期", "入馆日期", "入库日期", "登录日期", "dateaccessioned"),
        "summary": ("summary", "内容简介", "简介", "摘要", "内容提要", "abstract"),
    },
    instead={
        "barcode": ("登录号", "财产号", "个别登录号", "财产登录号", "图书登录号", "总登录号", "馆藏号", "册号",
                    "accession number"),
        "price": ("定价", "单价", "图书价格", "码洋", "list price", "replacementprice"),
        "location": ("书架", "架位", "架位号", "位置", "shelf", "homebranch"),
        "clc": ("分类",),
    },
    needed=(("title",), ("barcode", "isbn", "title_id")),
    identifiers=frozenset({"barcode", "title_id", "isbn", "call_number"}),
    days=frozenset({"added"}),
)  # fmt: skip

_KINDS: Mapping[str, str] = {
    **dict.fromkeys(("图书", "普通图书", "中文图书", "书", "专著", "books"), "book"),
    **dict.fromkeys(("工具书", "参考书", "参考工具书", "ref"), "reference"),
    **dict.fromkeys(("期刊", "杂志", "连续出版物", "报刊", "期刊合订本", "serial", "magazine"), "periodical"),
    **dict.fromkeys(("教材", "课本", "教科书"), "textbook"),
}
_STATES: Mapping[str, ItemState] = {
    **{state.value: state for state in ItemState},
    **dict.fromkeys(("在馆", "在架", "可借", "在库", "入藏", "正常", "已上架", "借出", "已借出", "在借", "外借",
                     "on loan", "checked out"), ItemState.AVAILABLE),
    **dict.fromkeys(("丢失", "遗失", "已丢失"), ItemState.LOST),
    **dict.fromkeys(("破损", "损坏", "污损", "已损坏"), ItemState.DAMAGED),
    **dict.fromkeys(("修补", "修复", "修补中", "装订", "装订中"), ItemState.MENDING),
    **dict.fromkeys(("剔除", "已剔除", "注销", "已注销", "报废", "剔旧", "下架"), ItemState.WITHDRAWN),
}  # fmt: skip


def item_kind(text: str) -> str:
    """What kind of item `text` means: one of ours or, as in items.csv, any other word; empty is a book."""
    word = _plain(checked_name(text, "kind"))
    return _KINDS.get(word, word) or "book"


def state_word(text: str) -> str:
    """The state of a copy, empty for what is not said. What is out elsewhere is ours to lend. Raises BadRow."""
    found = _STATES.get(_plain(text))
    if found is None and text:
        raise BadRow(
            f"state {shown(text)} is not known (write 在馆 available, 丢失 lost, 破损 damaged, 修补 mending or"
            " 剔除 withdrawn)"
        )
    return found.value if found is not None else ""


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).lower().strip()
