using System.Text;

namespace Assay.Llama.Tests;

public sealed class TextAssemblerTests
{
    private static readonly string[] Alphabet = ["a", "b", "ab", "é", "€", "😀", "\n"];

    [Fact]
    public void Where_tokens_begin_and_end_makes_no_difference()
    {
        Random random = new(5);
        for (int round = 0; round < 4000; round++)
        {
            string text = Some(random, 14);
            string[] stops = [.. Enumerable.Range(0, random.Next(4)).Select(_ => Some(random, 3)).Where(static stop => stop.Length > 0)];
            (string whole, bool isStopped) = Run(Encoding.UTF8.GetBytes(text), stops, random);
            (string expected, bool isFound) = Reference(text, stops);
            Assert.Equal((expected, isFound), (whole, isStopped));
        }
    }

    [Fact]
    public void Half_a_character_never_leaves()
    {
        TextAssembler text = new([]);
        byte[] smile = Encoding.UTF8.GetBytes("😀");
        Assert.Equal("", text.Add(smile.AsSpan(0, 3)));
        Assert.Equal("😀", text.Add(smile.AsSpan(3)));
        Assert.Equal("", text.Add(smile.AsSpan(0, 2)));
        Assert.Equal("", text.End());
        Assert.Equal(6, text.Released);
    }

    [Fact]
    public void Bytes_that_are_no_character_are_replaced()
    {
        TextAssembler text = new([]);
        Assert.Equal("a\uFFFDb", text.Add([(byte)'a', 0xFF, (byte)'b']));
    }

    [Fact]
    public void The_beginning_of_a_stop_is_held_back_until_it_is_none()
    {
        TextAssembler text = new(["END"]);
        Assert.Equal("x", text.Add("xEN"u8));
        Assert.Equal("ENt", text.Add("t"u8));
        Assert.Equal("", text.Add("E"u8));
        Assert.Equal("E", text.End());
    }

    private static string Some(Random random, int most) => string.Concat(Enumerable.Range(0, random.Next(most + 1)).Select(_ => Alphabet[random.Next(Alphabet.Length)]));

    private static (string Text, bool IsStopped) Run(byte[] bytes, string[] stops, Random random)
    {
        TextAssembler text = new(stops);
        StringBuilder whole = new();
        for (int at = 0; at < bytes.Length && !text.IsStopped;)
        {
            int length = random.Next(0, Math.Min(5, bytes.Length - at) + 1);
            whole.Append(text.Add(bytes.AsSpan(at, length)));
            at += length;
        }

        return (whole.Append(text.End()).ToString(), text.IsStopped);
    }

    private static (string Text, bool IsFound) Reference(string text, string[] stops)
    {
        for (int end = 0; end <= text.Length; end++)
        {
            string[] complete = [.. stops.Where(stop => text[..end].EndsWith(stop, StringComparison.Ordinal)).OrderByDescending(static stop => Encoding.UTF8.GetByteCount(stop))];
            if (complete.Length > 0)
            {
                return (text[..(end - complete[0].Length)], true);
            }
        }

        return (text, false);
    }
}
