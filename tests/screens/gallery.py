"""One sample of every page in both languages, with real titles, long ones among them; the pupils are made up."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from kiosk.circulation.events import TouchAct
from kiosk.screens.pages import (
    Aside,
    Board,
    Button,
    Countdown,
    Cover,
    Drop,
    Footer,
    Hint,
    Icon,
    Look,
    Mark,
    Message,
    OutOfService,
    OwnLoan,
    Page,
    Pin,
    Progress,
    Row,
    Shown,
    SlotBar,
    Span,
    Staff,
    Status,
    Tone,
    Visit,
    Waiting,
    Who,
)
from kiosk.words import words

LANGUAGES: Final = ("zh_CN", "en")
LONG_TITLE: Final = (
    "中国儿童地图百科全书·世界遗产（修订版）：从长城、故宫、莫高窟到吴哥窟、金字塔、马丘比丘，"
    "跟着爷爷走遍全世界一百处自然遗产和文化遗产，看一看它们的过去和现在，也想一想我们能为它们做些什么，"
    "附赠全彩大地图一张、贴纸两页和一本可以自己动手填写的旅行笔记本"
)
HARMFUL_TITLE: Final = (
    "[b]红[/b]蜻蜓\u202e\U0001f42e\u202c \x07《[color=ff0000]\u05e9\u05dc\u05d5\u05dd[/color]》\U00020bb7\u200d"
    "\U0001f469\u200d\U0001f680 &amp; <i>x</i>"
)
LONG_NAME: Final = "古丽*阿依木·买买提明江尔"


def footer(zh: bool, *, fine: bool = True, left: str | None = None) -> Footer:
    return Footer(
        left=("下一位同学可以直接刷卡" if zh else "Next? Just tap your card") if left is None else left,
        buttons=(
            Button(TouchAct.STAFF, "老师" if zh else "Staff"),
            Button(TouchAct.LANGUAGE, "English" if zh else "中文"),
        ),
        status=Status(
            fine, ("一切正常" if fine else "读卡器断开") if zh else ("All is well" if fine else "Card reader off")
        ),
    )


def who(zh: bool, name: str = "张*三") -> Who:
    return Who(name.replace("*", "")[-1], name, "五(2)班" if zh else "Class 5 (2)")


def countdown(zh: bool, left_s: float = 28, *, urgent: bool = False) -> Countdown:
    return Countdown(left_s, 30, "{s} 秒后自动结束" if zh else "Ends by itself in {s} s", urgent)


def board(zh: bool) -> Page:
    headline = (
        ((Span("现在是"),), (Span("五、六年级", True), Span("借书时间")))
        if zh
        else ((Span("It is now"),), (Span("Grades 5 and 6", True), Span(" borrowing time")))
    )
    return Board(
        when="星期四 12:14" if zh else "Thursday 12:14",
        headline=headline,
        bar=SlotBar("12:00", "12:50", 0.28),
        hints=(
            Hint(
                Icon.CARD,
                "先刷卡，再扫书" if zh else "Card first, then books",
                "先扫书也可以" if zh else "Books first works too",
            ),
            Hint(
                Icon.RETURN,
                "还书不用卡" if zh else "Give back: no card",
                "扫一下，放进还书口" if zh else "Scan it, drop it in",
            ),
        ),
        books_title="本月新书" if zh else "New this month",
        books=(
            Cover("中国国家博物馆儿童历史百科绘本", "中国国家博物馆", 0),
            Cover("草房子", "曹文轩", 1),
            Cover("昆虫记", "[法]法布尔", 2),
            Cover("中国儿童地图百科全书·世界遗产", "《世界遗产》编委会", 3),
        ),
        next_line="接下来 15:40 五(1)班、五(2)班" if zh else "Next: 15:40 Class 5 (1), Class 5 (2)",
        footer=footer(zh, left=""),
    )


def board_closed(zh: bool) -> Page:
    headline = (
        ((Span("今天不借书"),), (Span("还书"), Span("随时可以", True)))
        if zh
        else ((Span("No borrowing today"),), (Span("Giving back is "), Span("always open", True)))
    )
    return Board(
        when="星期六 09:30" if zh else "Saturday 09:30",
        headline=headline,
        bar=None,
        hints=(
            Hint(
                Icon.RETURN,
                "还书不用卡" if zh else "Give back: no card",
                "扫一下，放进还书口" if zh else "Scan it, drop it in",
            ),
            Hint(
                Icon.CALENDAR,
                "星期一再来" if zh else "Come on Monday",
                "12:00 一、二年级" if zh else "12:00 Grades 1 and 2",
            ),
        ),
        books_title="",
        books=(),
        next_line="接下来 星期一 12:00 一、二年级" if zh else "Next: Monday 12:00 Grades 1 and 2",
        footer=footer(zh, fine=False, left=""),
    )


def give_back(zh: bool, value: str) -> Button:
    return Button(TouchAct.GIVE_BACK, "不借了" if zh else "Give back", Look.TOUCH, value)


def renew(zh: bool, value: str) -> Button:
    return Button(TouchAct.RENEW, "续借" if zh else "Renew", Look.TOUCH, value)


def done(zh: bool) -> Button:
    return Button(TouchAct.DONE, "完成" if zh else "Done", Look.GO)


def visit(zh: bool) -> Page:
    return Visit(
        who=who(zh),
        progress=Progress("这学期读了 4 本，目标 5 本" if zh else "4 books this term, the aim is 5", 4, 5),
        rows=(
            Row(
                Mark.LENT,
                "夏洛的网",
                "借好了　12月7日 星期一 前还" if zh else "Lent, due Monday 7 December",
                True,
                give_back(zh, "1"),
            ),
            Row(Mark.LENT, "窗边的小豆豆", "12月7日 前还" if zh else "Due 7 December", False, give_back(zh, "2")),
        ),
        prompt="扫下一本书，还可以借 1 本" if zh else "Scan the next book: 1 more",
        own_title="你手里还有" if zh else "You still have",
        own=(OwnLoan("昆虫漫话", "后天到期" if zh else "Due in 2 days", Tone.SOON, renew(zh, "3")),),
        done=done(zh),
        countdown=countdown(zh),
        footer=footer(zh),
    )


def visit_start(zh: bool) -> Page:
    return Visit(
        who=who(zh, "李*"),
        progress=Progress("这学期读了 0 本，目标 5 本" if zh else "0 books this term, the aim is 5", 0, 5),
        rows=(),
        prompt="扫书，可以借 2 本" if zh else "Scan a book: you may take 2",
        own_title="",
        own=(),
        done=done(zh),
        countdown=countdown(zh, 30),
        footer=footer(zh),
    )


def visit_asides(zh: bool) -> Page:
    """A slip may be asked for, a tag could not be disarmed, and somebody else calls for help."""
    said = words("zh_CN" if zh else "en")
    page = visit(zh)
    assert isinstance(page, Visit)
    return replace(
        page,
        slip=Button(TouchAct.RECEIPT, said("slip.button"), Look.TOUCH),
        asides=(Aside(said("visit.tag_failed"), Tone.LATE),),
        footer=replace(footer(zh), status=Status(False, said("status.help"))),
    )


def visit_slip(zh: bool) -> Page:
    said = words("zh_CN" if zh else "en")
    page = visit_start(zh)
    assert isinstance(page, Visit)
    row = Row(Mark.RETURNED, "三毛流浪记（全三册）", said.count("parts.still", 2), True)
    return replace(page, rows=(row,), asides=(Aside(said("slip.printing")), Aside(said("slip.failed"), Tone.SOON)))


def visit_long(zh: bool) -> Page:
    rows = (
        Row(
            Mark.LENT,
            LONG_TITLE[:120],
            "借好了　12月7日 星期一 前还" if zh else "Lent, due Monday 7 December",
            True,
            give_back(zh, "1"),
        ),
        Row(Mark.RETURNED, "小学生食品安全知识读本", "还好了" if zh else "Given back", False),
        Row(Mark.RENEWED, LONG_TITLE[:120], "续借到 12月7日" if zh else "Renewed until 7 December", False),
        Row(Mark.LENT, HARMFUL_TITLE, "12月7日 前还" if zh else "Due 7 December", False, give_back(zh, "4")),
        *(
            Row(
                Mark.LENT,
                f"十万个为什么 {n}",
                "12月7日 前还" if zh else "Due 7 December",
                False,
                give_back(zh, f"r{n}"),
            )
            for n in range(6)
        ),
    )
    own = (
        OwnLoan(LONG_TITLE[:120], "过期 3 天" if zh else "3 days late", Tone.LATE, None),
        OwnLoan("写给孩子的哲学启蒙书", "明天到期" if zh else "Due tomorrow", Tone.SOON, renew(zh, "5")),
        *(
            OwnLoan(
                f"刘兴诗爷爷给孩子讲中国地理 {n}",
                "12月1日 前还" if zh else "Due 1 December",
                Tone.CALM,
                renew(zh, f"o{n}"),
            )
            for n in range(8)
        ),
    )
    return Visit(
        who=who(zh, LONG_NAME),
        progress=Progress("这学期来了 12 次，目标 5 次" if zh else "12 visits this term, the aim is 5", 12, 5),
        rows=rows,
        prompt="这次借满了，谢谢" if zh else "That is all for today",
        own_title="你手里还有 12 本，这里是最早到期的 10 本" if zh else "You have 12 books; the first 10 due",
        own=own,
        done=done(zh),
        countdown=countdown(zh, 8, urgent=True),
        footer=footer(zh),
    )


def understood(zh: bool) -> Button:
    return Button(TouchAct.CANCEL, "知道了" if zh else "I see", Look.DARK)


def refusal(zh: bool) -> Page:
    return Message(
        name="refusal",
        who=who(zh),
        icon=Icon.BOOK_LOCKED,
        subject="现代汉语词典",
        headline="这本书只能在馆里看" if zh else "This book stays in the library",
        words="工具书不外借。请放回工具书架，想抄写可以在阅览桌用。"
        if zh
        else "Reference books are not lent. Please put it back on its shelf, or read it at a table.",
        note="已经借好的 2 本书不受影响" if zh else "Your 2 books are still lent to you",
        buttons=(understood(zh),),
        countdown=countdown(zh, 18),
        footer=footer(zh),
    )


def refusal_long(zh: bool) -> Page:
    return Message(
        name="refusal",
        who=who(zh, LONG_NAME),
        icon=Icon.STACK,
        subject=LONG_TITLE[:120],
        headline="你已经借了 2 本，先还一本再借" if zh else "You have 2 books: give one back first",
        words="还书不用卡：扫一下，放进还书口。然后再来借这一本。"
        if zh
        else "Giving back needs no card: scan it and drop it in. Then come back.",
        note="",
        buttons=(understood(zh), Button(TouchAct.OVERRIDE, "老师同意借" if zh else "Staff: lend it", Look.TOUCH)),
        countdown=countdown(zh, 9, urgent=True),
        footer=footer(zh),
    )


def refusal_parts(zh: bool) -> Page:
    said = words("zh_CN" if zh else "en")
    return Message(
        name="refusal",
        who=who(zh),
        icon=Icon.STACK,
        subject="三毛流浪记（全三册）",
        headline=said("refusal.parts_missing.head", seen=2, of=3),
        words=said("refusal.parts_missing.do"),
        note=said("visit.tag_failed"),
        buttons=(understood(zh),),
        countdown=countdown(zh, 18),
        footer=footer(zh),
    )


def alt_mode(zh: bool) -> Page:
    said = words("zh_CN" if zh else "en")
    return Message(
        name="refusal",
        who=None,
        icon=Icon.WRENCH,
        subject="",
        headline=said("refusal.unreadable.alt_mode.head"),
        words=said("refusal.unreadable.alt_mode.do"),
        note="",
        buttons=(understood(zh),),
        countdown=countdown(zh, 10),
        footer=footer(zh),
    )


def stray_card(zh: bool) -> Page:
    return Message(
        name="refusal",
        who=None,
        icon=Icon.CARD,
        subject="",
        headline="不认识这张卡" if zh else "We do not know this card",
        words="请再刷一次，还不行就找老师。" if zh else "Please try again. If it does not work, ask a teacher.",
        note="",
        buttons=(understood(zh),),
        countdown=countdown(zh, 10),
        footer=footer(zh),
    )


def own_book(zh: bool) -> Page:
    return Message(
        name="own_book",
        who=who(zh),
        icon=Icon.BOOK,
        subject="窗边的小豆豆",
        headline="这本书你已经借了" if zh else "You already have this book",
        words="要再看几天，还是现在还？" if zh else "Keep it for some more days, or give it back now?",
        note="",
        buttons=(
            Button(TouchAct.RENEW, "续借到 12月7日" if zh else "Renew until 7 Dec.", Look.GO),
            Button(TouchAct.GIVE_BACK, "现在还" if zh else "Give back", Look.TOUCH),
            Button(TouchAct.CANCEL, "不用了" if zh else "Cancel", Look.QUIET),
        ),
        countdown=countdown(zh, 25),
        footer=footer(zh),
    )


def other_book(zh: bool) -> Page:
    return Message(
        name="other_book",
        who=who(zh),
        icon=Icon.RETURN,
        subject="草房子",
        headline="这本书还记在别人名下" if zh else "This book is still on someone's card",
        words="书在你手里，说明它已经回来了。先帮它还掉，就可以借了。"
        if zh
        else "You hold it, so it came back. Give it back first; then it is yours to borrow.",
        note="",
        buttons=(Button(TouchAct.GIVE_BACK, "帮它还掉" if zh else "Give it back", Look.GO), understood(zh)),
        countdown=countdown(zh, 25),
        footer=footer(zh),
    )


def clock(zh: bool) -> Page:
    return Message(
        name="clock",
        who=None,
        icon=Icon.CLOCK,
        subject="",
        headline="请老师看一下时间" if zh else "Please ask staff to check the time",
        words="机器不确定现在几点。对好以前不能借书，还书照常。"
        if zh
        else "The kiosk is not sure what time it is. No lending until it is; giving back goes on.",
        note="",
        buttons=(Button(TouchAct.STAFF, "老师" if zh else "Staff", Look.TOUCH),),
        countdown=None,
        footer=footer(zh, fine=False),
    )


def returned(zh: bool) -> Page:
    return Message(
        name="returned",
        who=None,
        icon=Icon.RETURN,
        subject="",
        headline="《爸爸的画·沙坪小屋》还好了" if zh else "爸爸的画·沙坪小屋 is back",
        words="请放进还书口，或交给老师。" if zh else "Please put it into the drop, or hand it to staff.",
        note="",
        buttons=(understood(zh),),
        countdown=None,
        footer=footer(zh),
    )


def waiting(zh: bool) -> Page:
    return Waiting(
        headline="刷卡，就借给你" if zh else "Tap your card to borrow",
        words="2 本书在等" if zh else "2 books are waiting",
        titles=("夏洛的网", "爸爸的画·沙坪小屋"),
        buttons=(
            Button(TouchAct.GIVE_BACK, "还最后一本" if zh else "Give back the last", Look.TOUCH),
            Button(TouchAct.CANCEL, "取消" if zh else "Cancel"),
        ),
        countdown=countdown(zh),
        footer=footer(zh),
    )


def waiting_long(zh: bool) -> Page:
    return Waiting(
        headline="刷卡，就借给你" if zh else "Tap your card to borrow",
        words="10 本书在等" if zh else "10 books are waiting",
        titles=(LONG_TITLE[:120], HARMFUL_TITLE, *(f"十万个为什么 {n}" for n in range(8))),
        buttons=(Button(TouchAct.GIVE_BACK, "还最后一本" if zh else "Give back the last", Look.TOUCH),),
        countdown=countdown(zh, 9, urgent=True),
        footer=footer(zh),
    )


def drop_footer(zh: bool) -> Footer:
    return Footer("还书口" if zh else "Drop point", (), Status(True, "正常" if zh else "Fine"))


def drop_open(zh: bool) -> Page:
    return Drop(
        name="drop_open",
        icon=Icon.DROP,
        headline="请放进《夏洛的网》" if zh else "Please drop in 夏洛的网",
        words="门已经打开" if zh else "The flap is open",
        count=(),
        countdown=Countdown(12, 15, "{s} 秒后关门" if zh else "It shuts in {s} s"),
        footer=drop_footer(zh),
    )


def drop_returned(zh: bool) -> Page:
    return Drop(
        name="drop_returned",
        icon=Icon.DROP,
        headline="《夏洛的网》还好了" if zh else "夏洛的网 is back",
        words="谢谢！还有书就接着扫" if zh else "Thank you! More books? Just scan",
        count=(Span("这次还了 "), Span("3", True), Span(" 本")) if zh else (Span("3", True), Span(" books this time")),
        countdown=None,
        footer=drop_footer(zh),
    )


def drop_long(zh: bool) -> Page:
    return Drop(
        name="drop_returned",
        icon=Icon.TICK,
        headline=f"《{LONG_TITLE[:120]}》还好了" if zh else f"{LONG_TITLE[:120]} is back",
        words="谢谢！还有书就接着扫" if zh else "Thank you! More books? Just scan",
        count=(Span("这次还了 "), Span("10", True), Span(" 本"))
        if zh
        else (Span("10", True), Span(" books this time")),
        countdown=None,
        footer=drop_footer(zh),
    )


def drop_refused(zh: bool) -> Page:
    return Drop(
        name="drop_refused",
        icon=Icon.BIN,
        headline="还书箱满了" if zh else "The bin is full",
        words="请把书交给老师" if zh else "Please hand the book to staff",
        count=(),
        countdown=Countdown(8, 10, "{s} 秒后回到首页" if zh else "Back to the start in {s} s"),
        footer=Footer("还书口" if zh else "Drop point", (), Status(False, "还书箱满了" if zh else "Bin full")),
    )


def drop_stuck(zh: bool) -> Page:
    said = words("zh_CN" if zh else "en")
    return Drop(
        name="drop_refused",
        icon=Icon.WRENCH,
        headline=said("drop.flap_stuck.head"),
        words=said("drop.flap_stuck.do"),
        count=(),
        countdown=None,
        footer=Footer("还书口" if zh else "Drop point", (), Status(False, said("status.jam"))),
    )


def drop_busy(zh: bool) -> Page:
    return Drop(
        name="drop_busy",
        icon=Icon.HAND,
        headline="请一本一本来" if zh else "One book at a time",
        words="先放进《草房子》" if zh else "Drop in 草房子 first",
        count=(),
        countdown=Countdown(9, 15, "{s} 秒后关门" if zh else "It shuts in {s} s"),
        footer=drop_footer(zh),
    )


def pin(zh: bool) -> Page:
    return Pin(
        headline="请输入密码" if zh else "Your PIN, please",
        words="工号 T001。密码不会显示。" if zh else "Number T001. The PIN is not shown.",
        ok=Button(TouchAct.PIN, "确定" if zh else "OK", Look.GO),
        cancel=Button(TouchAct.CANCEL, "取消" if zh else "Cancel", Look.QUIET),
        footer=footer(zh, left="老师用" if zh else "For staff"),
    )


def staff(zh: bool) -> Page:
    return Staff(
        headline="老师，您好" if zh else "Good day",
        words="您已登录。两分钟不用会自动退出。"
        if zh
        else "You are signed in. After two idle minutes you are signed out.",
        buttons=(
            Button(TouchAct.OPEN_SLOT, "开放借书到 12:50" if zh else "Open for all until 12:50", Look.TOUCH, "12:50"),
            Button(TouchAct.OPEN_SLOT, "开放借书到 16:30" if zh else "Open for all until 16:30", Look.TOUCH, "16:30"),
            Button(TouchAct.CONFIRM_CLOCK, "时间是对的：12:14" if zh else "The time is right: 12:14", Look.TOUCH),
            Button(TouchAct.OVERRIDE, "还是借给他" if zh else "Lend it all the same", Look.TOUCH),
        ),
        done=Button(TouchAct.STAFF_DONE, "退出" if zh else "Sign out", Look.DARK),
        footer=footer(zh, left="老师用" if zh else "For staff"),
    )


def out_of_service(zh: bool) -> Page:
    return OutOfService(
        headline="机器暂时不能用" if zh else "Out of order for now",
        words="借好的书都记下了，没有丢。请告诉图书馆老师。"
        if zh
        else "Nothing is lost: what was lent is written down. Please tell the librarian.",
        detail="存储写入失败 · 12:14" if zh else "Storage could not be written · 12:14",
        footer=footer(zh, fine=False, left=""),
    )


PAGES: Final[dict[str, Callable[[bool], Page]]] = {
    make.__name__: make
    for make in (
        board, board_closed, visit_start, visit, visit_asides, visit_slip, visit_long, refusal, refusal_long,
        refusal_parts, alt_mode, stray_card, own_book, other_book, clock, returned, waiting, waiting_long, drop_open,
        drop_returned, drop_long, drop_refused, drop_stuck, drop_busy, pin, staff, out_of_service,
    )
}  # fmt: skip


def sample(name: str, language: str, serial: int = 1) -> Shown:
    """The page `name` in `language`, ready for the glass."""
    return Shown(serial, PAGES[name](language == "zh_CN"), language)
