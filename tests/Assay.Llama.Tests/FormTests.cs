using System.Text;
using System.Text.Json;
using Assay.Chat;

namespace Assay.Llama.Tests;

public sealed class FormTests
{
    private const string Person = """
        {"type":"object","properties":{"name":{"type":"string","maxLength":8},"age":{"type":"integer"},"tags":{"type":"array","items":{"enum":["a","b\n"]},"maxItems":2},
         "next":{"anyOf":[{"type":"null"},{"$ref":"#"}]},"kind":{"const":"x"},"size":{"type":["number","boolean"]}},"required":["name","next"],"additionalProperties":false}
        """;

    [Theory]
    [InlineData("{\"name\":\"Ann\",\"next\":null}", true)]
    [InlineData("{\"name\": \"Ann\", \"age\": 3, \"next\": {\"name\":\"B\",\"next\":null}}", true)]
    [InlineData("{\"name\":\"\\u00e9€😀\",\"tags\":[\"a\",\"b\\n\"],\"next\":null,\"kind\":\"x\",\"size\":-1.5e3}", true)]
    [InlineData("{\"name\":\"Ann\",\"next\":null,\"size\":true}", true)]
    [InlineData("{\"name\":\"123456789\",\"next\":null}", false)]
    [InlineData("{\"age\":3,\"next\":null}", false)]
    [InlineData("{\"name\":\"Ann\"}", false)]
    [InlineData("{\"name\":\"Ann\",\"next\":null,\"other\":1}", false)]
    [InlineData("{\"name\":\"Ann\",\"tags\":[\"c\"],\"next\":null}", false)]
    [InlineData("{\"name\":\"Ann\",\"tags\":[\"a\",\"a\",\"a\"],\"next\":null}", false)]
    [InlineData("{\"name\":\"Ann\",\"age\":1.5,\"next\":null}", false)]
    [InlineData("{\"name\":\"Ann\",\"age\":01,\"next\":null}", false)]
    [InlineData("{\"name\":\"Ann\",\"next\":null,\"kind\":\"y\"}", false)]
    [InlineData("{\"name\":\"\\ud83d\",\"next\":null}", false)]
    public void A_schema_says_which_texts_are_taken(string text, bool isTaken) => Assert.Equal(isTaken, Matches(Compile(Person), Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void What_is_written_by_a_form_at_random_is_JSON()
    {
        Random random = new(3);
        Grammar any = new(Settled(JsonElements.AnyObject)), person = Compile(Person);
        for (int round = 0; round < 150; round++)
        {
            foreach (Grammar grammar in new[] { any, person })
            {
                using JsonDocument read = JsonDocument.Parse(Walk(grammar, random, 60));
                Assert.Equal(JsonValueKind.Object, read.RootElement.ValueKind);
                Assert.True(grammar == any || read.RootElement.TryGetProperty("next", out _));
            }
        }
    }

    [Fact]
    public void What_is_no_JSON_is_never_taken()
    {
        Grammar any = new(Settled(JsonElements.Any));
        Random random = new(4);
        byte[] start = "{\"a\":[1,-2.5e1,true,null,\"x\\n\\u00e9é\"],\"b\":{}}"u8.ToArray();
        Assert.True(Matches(any, start));
        for (int round = 0; round < 5000; round++)
        {
            byte[] changed = [.. start];
            for (int i = random.Next(1, 3); i > 0; i--)
            {
                changed[random.Next(changed.Length)] = (byte)(random.Next(3) == 0 ? random.Next(256) : "{}[]\",:0-.eEtn\\u"[random.Next(16)]);
            }

            if (Matches(any, changed))
            {
                using JsonDocument read = JsonDocument.Parse(changed);
                Assert.NotEqual(JsonValueKind.Undefined, read.RootElement.ValueKind);
            }
        }
    }

    [Fact]
    public void The_least_length_is_reached()
    {
        Grammar person = Compile(Person);
        Assert.Equal("{\"name\":\"\",\"next\":null}".Length, person.Start.Least);
        List<byte> text = [];
        for (Grammar.State state = person.Start; !state.MustEnd;)
        {
            int least = state.Least;
            int next = Enumerable.Range(0, 256).First(value => person.Next(state, (byte)value)?.Least == least - 1);
            text.Add((byte)next);
            state = person.Next(state, (byte)next)!;
        }

        Assert.Equal(person.Start.Least, text.Count);
        Assert.True(Matches(person, [.. text]));
    }

    [Theory]
    [InlineData("{\"type\":\"string\",\"pattern\":\"a+\"}", "'pattern'")]
    [InlineData("{\"type\":\"string\",\"format\":\"date\"}", "'format'")]
    [InlineData("{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"integer\",\"minimum\":1}}}", "'minimum'")]
    [InlineData("{\"oneOf\":[{\"type\":\"null\"}]}", "'oneOf'")]
    [InlineData("{\"type\":\"object\",\"properties\":{},\"required\":[\"a\"]}", "'required'")]
    [InlineData("{\"type\":\"object\",\"additionalProperties\":{\"type\":\"string\"}}", "'additionalProperties'")]
    [InlineData("{\"$ref\":\"https://example.org/schema\"}", "'$ref'")]
    [InlineData("{\"$ref\":\"#\"}", "'$ref'")]
    [InlineData("{\"anyOf\":[{\"$ref\":\"#\"},{\"type\":\"null\"}]}", "'$ref'")]
    [InlineData("{\"type\":\"object\",\"properties\":{\"a\":{\"$ref\":\"#\"}},\"required\":[\"a\"]}", "no value is valid")]
    [InlineData("{\"type\":\"array\",\"minItems\":3,\"maxItems\":2}", "'minItems'")]
    [InlineData("{\"type\":\"string\",\"maxLength\":1000000}", "'maxLength'")]
    [InlineData("{\"enum\":[{}]}", "'enum'")]
    [InlineData("{\"type\":\"integer\",\"enum\":[1.5]}", "'type'")]
    [InlineData("{\"type\":\"date\"}", "'type'")]
    [InlineData("[]", "object")]
    public void What_cant_be_applied_is_refused_by_its_name(string schema, string named)
    {
        using JsonDocument read = JsonDocument.Parse(schema);
        Assert.Null(SchemaCompiler.TryCompile(read.RootElement, "response_format", out ChatFault? fault));
        Assert.Equal(ChatCodes.Unsupported, fault!.Code);
        Assert.Contains(named, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Hostile_schemas_take_no_time()
    {
        // 2^60 ways down; a thousand alternatives at one place, each with as many behind it.
        string doubled = "{\"$ref\":\"#/$defs/a0\",\"$defs\":{" + string.Join(',', Enumerable.Range(0, 60).Select(static i => $"\"a{i}\":{{\"anyOf\":[{{\"$ref\":\"#/$defs/a{i + 1}\"}},{{\"$ref\":\"#/$defs/a{i + 1}\"}}]}}")) + ",\"a60\":{\"type\":\"null\"}}}";
        Assert.True(Matches(Compile(doubled), "null"u8.ToArray()));
        string wide = "{\"anyOf\":[" + string.Join(',', Enumerable.Range(0, 300).Select(static i => $"{{\"type\":\"object\",\"properties\":{{\"x\":{{\"$ref\":\"#\"}},\"p{i}\":{{\"type\":\"null\"}}}}}}")) + "]}";
        Assert.Throws<ChatBackendException>(() => Matches(Compile(wide), "{\"x\":{\"x\":{\"x\":{\"x\":{}}}}}"u8.ToArray()));
        using JsonDocument many = JsonDocument.Parse("{\"enum\":[" + string.Join(',', Enumerable.Range(0, 2001)) + "]}");
        Assert.Null(SchemaCompiler.TryCompile(many.RootElement, "tools", out ChatFault? fault));
        Assert.Equal("tools", fault!.Param);
    }

    [Fact]
    public void Nesting_of_any_depth_is_bounded()
    {
        Grammar any = new(Settled(JsonElements.Any));
        Grammar.State? state = any.Start;
        for (int i = 0; i < 12_000; i++)
        {
            any.Trim();
            state = any.Next(state!, (byte)'[');
        }

        Assert.Equal(12_000, state!.Least);
    }

    private static Element Settled(Element element)
    {
        Assert.True(Grammar.Settle(element));
        return element;
    }

    private static Grammar Compile(string schema)
    {
        using JsonDocument read = JsonDocument.Parse(schema);
        Element? element = SchemaCompiler.TryCompile(read.RootElement, "response_format", out ChatFault? fault);
        Assert.Null(fault);
        return new Grammar(element!);
    }

    private static bool Matches(Grammar grammar, byte[] text)
    {
        Grammar.State? state = grammar.Start;
        foreach (byte value in text)
        {
            state = state is null ? null : grammar.Next(state, value);
        }

        return state?.MayEnd == true;
    }

    // As the model would: any byte after which the rest still fits.
    private static byte[] Walk(Grammar grammar, Random random, int left)
    {
        List<byte> text = [];
        Grammar.State state = grammar.Start;
        while (!state.MustEnd)
        {
            byte[] next = [.. Enumerable.Range(0, 256).Select(static value => (byte)value).Where(value => grammar.Next(state, value)?.Least < left - text.Count)];
            byte chosen = next[random.Next(next.Length)];
            text.Add(chosen);
            state = grammar.Next(state, chosen)!;
        }

        return [.. text];
    }
}
