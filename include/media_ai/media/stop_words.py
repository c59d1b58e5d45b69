"""Small words that carry no meaning of their own, for a handful of languages."""

_TEXT = {
    "en": """a about above after again against all also although am an and another any are aren't around as
        at away back be because been before behind being below between both but by can can't cannot come
        could couldn't did didn't do does doesn't doing don't done down during each either else enough
        even ever every few first for from further get gets getting go goes going gonna got had has
        hasn't have haven't having he hello her here hers herself hi him himself his how however i i'll
        i'm i've if in inside instead into is isn't it it's its itself just know last least less let
        let's like lot made make makes many may maybe me might more most much must my myself near never
        new next no nor not nothing now of off often oh ok okay on once one only onto or other others
        our ours out outside over own per perhaps put quite rather really right said same say says see
        seen several shall she should simply since so some something soon still such sure take takes
        tell than thank thanks that that's the their theirs them themselves then there there's these
        they they're they've thing things think this those though three through thus till to together
        too toward towards two until up upon us use used using very want was wasn't way we we'll we're
        we've well went were weren't what what's whatever when where whether which while who whole whom
        whose why will with within without won't would wouldn't yeah yes yet you you'll you're you've
        your yours yourself""",
    "de": """aber alle allem allen aller alles als also am an andere anderen auch auf aus bei beim bin bis
        bist da dabei dadurch dafür damit dann das dass dein deine dem den denn der des deshalb dich die
        dies diese diesem diesen dieser dieses dir doch dort du durch ein eine einem einen einer eines
        er es etwa etwas euch euer für ganz gar geht gibt habe haben hat hatte hier hin ich ihm ihn
        ihnen ihr ihre ihrem ihren ihrer im immer in ins ist ja jede jedem jeden jeder jetzt kann kein
        keine keinen können man mehr mein meine mich mir mit muss müssen nach nein nicht nichts noch nun
        nur ob oder ohne schon sehr sein seine seinem seinen seiner sich sie sind so sondern über um und
        uns unser unter viel viele vom von vor war waren warum was weil welche wenn wer werden wie
        wieder will wir wird wo wurde wurden zu zum zur zwischen""",
    "fr": """à afin ai aie ainsi alors après as au aucun aujourd'hui aussi autre autres aux avait avant avec
        avez avoir avons beaucoup bien c'est car ce ceci cela celle celui ces cet cette ceux chaque chez
        ci comme comment d'un d'une dans de déjà depuis des donc dont du elle elles en encore entre es
        est et étaient était été être eu fait faire faut font ici il ils j'ai je la là le les leur leurs
        lors lui ma mais me même mêmes mes moi moins mon n'est ne ni nos notre nous on ont ou où par
        parce pas pendant peu peut peuvent plus pour pourquoi qu'il qu'on quand que quel quelle quelques
        qui quoi sa sans se sera ses si son sont sous sur ta te tes toi ton tous tout toute toutes très
        tu un une va vers voici voilà vos votre vous y""",
    "es": """a al algo algunas algunos ante antes aquí así aún aunque bien cada como cómo con contra cual
        cuando cuándo de del desde después donde dónde dos durante e el él ella ellas ellos en entre era
        eran eres es esa esas ese eso esos esta está estaba están estar estas este esto estos fue fueron
        gracias ha había hace hacer hacia han hasta hay la las le les lo los más me menos mi mis mismo
        mucho muchos muy nada ni no nos nosotros nuestra nuestro o otra otras otro otros para pero poco
        por porque pueda puede pueden pues que qué quien se sea ser si sí sido sin sobre solo son su sus
        también tan tanto te tener tiene tienen todas todo todos tu tus un una unas uno unos usted va
        vamos y ya yo""",
    "it": """a abbiamo adesso ai al alla alle allora altra altre altri altro anche ancora avere aveva bene
        c'è che chi ci ciò come con così cui da dal dalla dalle degli dei del dell della delle dello di
        dopo dove due e è ecco ed era erano essere fa fare fra già gli ha hai hanno ho i il in io la le
        lei li lo loro lui ma mai me meno mi mia mio molto ne negli nei nel nella nelle no noi non
        nostra nostro o ogni per perché più poi può possono prima proprio qual quale quando quanto
        quella quelle quelli quello questa queste questi questo qui quindi se sei sempre senza si sì sia
        solo sono sopra sta stato su sua sue sui sul sulla suo suoi ti tra tu tutta tutte tutti tutto un
        una uno vi voi""",
    "pt": """a à agora ainda algo alguns ao aos apenas as às até bem cada com como da das de dela dele deles
        depois do dos e é ela elas ele eles em entre era eram essa essas esse esses esta está estão
        estas este estes eu foi foram há isso isto já lá lhe mais mas me mesmo meu minha muito na não
        nas nem no nos nós nossa nosso num numa o onde os ou outra outro para pela pelas pelo pelos pode
        podem por porque qual quando que quem se sem ser seu seus só sobre são sua suas também tem têm
        ter todas todo todos tudo um uma umas uns você vocês vai""",
    "nl": """aan al alle alleen als altijd andere ben bij daar dan dat de deze die dit doen door dus een eens
        en er geen gewoon haar had heb hebben heeft hem het hier hij hoe hun ik in is ja je jij jullie
        kan kunnen maar me meer men met mij mijn moet na naar niet nog nu of om omdat ons ook op over te
        toch toen tot u uit van veel voor waar wat we wel werd wie wij wil worden wordt zal ze zich zij
        zijn zo zou""",
    "zh": """的 了 是 在 和 与 及 或 也 都 就 还 很 而 但 被 把 让 从 向 于 以 之 其 这 那 哪 我 你 您 他 她
        它 们 个 些 着 吗 呢 吧 啊 呀 嘛 么 什 怎 谁 并 且 则 只 不 没 有 给 跟 更 最 再 又 才 這 們 個
        與 還 沒 该 此 各 每 即 却 因为 所以 如果 可以 可能 能够 应该 需要 已经 正在 开始 时候 现在 大家
        一下 一样 一直 一起 一定 一般 一点 两个 为了 对于 关于 通过 进行 成为 作为 说到 来说 起来 出来
        下来 过来 上去 非常 比较 等等 今天 知道 看到 使用 之间 之后 之前""",
    "ja": "私 何 事 人 時 方 今 中 上 下 等 的",
}
STOP_WORDS: dict[str, frozenset[str]] = {language: frozenset(text.split()) for language, text in _TEXT.items()}
"""Stop words by BCP 47 language."""
