using System.Text;
using Assay.Primitives;
using static Assay.Llama.Element;

namespace Assay.Llama;

/// <summary>The grammar of JSON (RFC 8259), on one line: one space may stand after a comma and a colon, nowhere else.</summary>
internal static class JsonElements
{
    private static readonly Element Hex = new Bytes(('0', '9'), ('a', 'f'), ('A', 'F'));
    private static readonly Element Digit = new Bytes(('0', '9'));
    private static readonly Element Continued = new Bytes((0x80, 0xBF));
    private static readonly Element Space = new Repeat(One(' '), 0, 1);

    /// <summary>Of a string: what UTF-8 and JSON allow, without halves of surrogates.</summary>
    internal static readonly Element Character = new Either(
        new Bytes((0x20, 0x21), (0x23, 0x5B), (0x5D, 0x7F)),
        new Sequence(new Bytes((0xC2, 0xDF)), Continued),
        new Sequence(One(0xE0), new Bytes((0xA0, 0xBF)), Continued),
        new Sequence(new Bytes((0xE1, 0xEC), (0xEE, 0xEF)), Continued, Continued),
        new Sequence(One(0xED), new Bytes((0x80, 0x9F)), Continued),
        new Sequence(One(0xF0), new Bytes((0x90, 0xBF)), Continued, Continued),
        new Sequence(new Bytes((0xF1, 0xF3)), Continued, Continued, Continued),
        new Sequence(One(0xF4), new Bytes((0x80, 0x8F)), Continued, Continued),
        new Sequence(One('\\'), new Either(
            new Either([.. "\"\\/bfnrt".Select(static c => One(c))]),
            new Sequence(One('u'), new Bytes(('0', '9'), ('a', 'c'), ('A', 'C'), ('e', 'f'), ('E', 'F')), Hex, Hex, Hex),
            new Sequence(One('u'), new Bytes(('d', 'd'), ('D', 'D')), new Bytes(('0', '7')), Hex, Hex))));

    /// <summary>At most 15 digits: every reader holds them exactly.</summary>
    internal static readonly Element Integer = new Sequence(
        new Repeat(One('-'), 0, 1), new Either(One('0'), new Sequence(new Bytes(('1', '9')), new Repeat(Digit, 0, 14))));

    internal static readonly Element Number = new Sequence(
        Integer,
        new Repeat(new Sequence(One('.'), new Repeat(Digit, 1, 17)), 0, 1),
        new Repeat(new Sequence(new Bytes(('e', 'e'), ('E', 'E')), new Repeat(new Bytes(('+', '+'), ('-', '-')), 0, 1), new Repeat(Digit, 1, 2)), 0, 1));

    internal static readonly Element Boolean = new Either(Exactly("true"), Exactly("false"));

    internal static readonly Element Null = Exactly("null");

    /// <summary>Any value.</summary>
    internal static readonly Element Any = MakeAny();

    internal static readonly Element AnyObject = Map(Any);

    internal static Element One(int value) => new Bytes((value, value));

    internal static Element Exactly(string text) => new Sequence([.. Encoding.UTF8.GetBytes(text).Select(static value => One(value))]);

    internal static Element Text(int min = 0, int max = Endless) => new Sequence(One('"'), new Repeat(Character, min, max), One('"'));

    internal static Element Quoted(string text)
    {
        StringBuilder quoted = new();
        CanonicalText.Append(quoted, text);
        return Exactly(quoted.ToString());
    }

    internal static Element List(Element item, int min = 0, int max = Endless)
    {
        Element more = new Repeat(new Sequence(One(','), Space, item), Math.Max(0, min - 1), max == Endless ? Endless : Math.Max(0, max - 1));
        Element some = new Sequence(item, more);
        return new Sequence(One('['), max == 0 ? new Sequence() : min == 0 ? new Either(some, new Sequence()) : some, One(']'));
    }

    /// <summary>An object with these members in this order; others than the required ones may be missing.</summary>
    internal static Element Object(IReadOnlyList<(string Name, Element Value, bool IsRequired)> members)
    {
        Element first = new Sequence(), later = new Sequence();
        for (int i = members.Count - 1; i >= 0; i--)
        {
            Element member = new Sequence(Quoted(members[i].Name), One(':'), Space, members[i].Value);
            Element asFirst = new Sequence(member, later), asLater = new Sequence(One(','), Space, member, later);
            (first, later) = members[i].IsRequired ? (asFirst, asLater) : (new Either(asFirst, first), new Either(asLater, later));
        }

        return new Sequence(One('{'), first, One('}'));
    }

    private static Sequence Map(Element value)
    {
        Element member = new Sequence(Text(), One(':'), Space, value);
        return new Sequence(One('{'), new Either(new Sequence(), new Sequence(member, new Repeat(new Sequence(One(','), Space, member), 0, Endless))), One('}'));
    }

    private static Reference MakeAny()
    {
        Reference any = new();
        any.Target = new Either(Map(any), List(any), Text(), Number, Boolean, Null);
        return any;
    }
}
