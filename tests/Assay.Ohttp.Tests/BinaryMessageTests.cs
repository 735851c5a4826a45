using Assay.Testing;

namespace Assay.Ohttp.Tests;

public sealed class BinaryMessageTests
{
    /// <summary>RFC 9292, section 5.1, figure 8.</summary>
    private static readonly byte[] Published = Convert.FromHexString(
        "0003474554056874747073000a2f68656c6c6f2e747874406c0a757365722d6167656e74346375726c2f372e31362e33206c69626375726c2f372e31362e3320"
        + "4f70656e53534c2f302e392e376c207a6c69622f312e322e3304686f73740f7777772e6578616d706c652e636f6d0f6163636570742d6c616e677561676506656e2c206d690000");

    [Fact]
    public void The_published_request_is_read_and_written()
    {
        BinaryRequest read = BinaryRequest.TryDecode(Published, 100)!;
        Assert.Equal(("GET", "https", "", "/hello.txt"), (read.Method, read.Scheme, read.Authority, read.Path));
        Assert.Equal("curl/7.16.3 libcurl/7.16.3 OpenSSL/0.9.7l zlib/1.2.3", read.Field("user-agent"));
        Assert.Equal("www.example.com", read.Field("host"));
        Assert.Equal("en, mi", read.Field("accept-language"));
        Assert.Null(read.Field("accept"));
        byte[] written = read.Encode();
        Assert.Equal(BinaryMessage.MinPadded, written.Length);
        Assert.Equal(Published, written[..Published.Length]);
        Assert.All(written[Published.Length..], static padding => Assert.Equal(0, padding));
    }

    [Fact]
    public void Requests_and_responses_read_back_with_their_padding()
    {
        foreach (int length in (int[])[0, 1, 63, 64, 5000, 16383, 16384, 100_000])
        {
            byte[] content = new byte[length];
            new Random(length).NextBytes(content);
            BinaryRequest request = new() { Method = "POST", Scheme = "http", Authority = "node:8080", Path = "/v2/models/a/infer", Fields = [new BinaryField("content-type", "application/json")], Content = content };
            BinaryRequest read = BinaryRequest.TryDecode(request.Encode(), length)!;
            Assert.Equal(content, read.Content.ToArray());
            Assert.Equal(("POST", "http", "node:8080", "/v2/models/a/infer"), (read.Method, read.Scheme, read.Authority, read.Path));
            Assert.Equal(request.Fields.AsEnumerable(), read.Fields);
            BinaryResponse response = new() { Status = 422, Fields = [new BinaryField("a", "b\tc")], Content = content };
            BinaryResponse answered = BinaryResponse.TryDecode(response.Encode(), length)!;
            Assert.Equal((422, "b\tc"), (answered.Status, answered.Field("a")));
            Assert.Equal(content, answered.Content.ToArray());
            if (length > 0)
            {
                Assert.Null(BinaryRequest.TryDecode(request.Encode(), length - 1));
                Assert.Null(BinaryResponse.TryDecode(response.Encode(), length - 1));
            }

            Assert.Null(BinaryRequest.TryDecode(response.Encode(), length));
            Assert.Null(BinaryResponse.TryDecode(request.Encode(), length));
        }
    }

    [Fact]
    public void Padding_says_little_and_costs_little()
    {
        HashSet<long> lengths = [];
        long before = 0;
        for (long length = 0; length < 1 << 20; length += 37)
        {
            long padded = BinaryMessage.PaddedLength(length);
            Assert.True(padded >= length && padded >= before);
            Assert.True(length <= BinaryMessage.MinPadded || padded <= length * 1.12, $"{length}: {padded}");
            before = padded;
            lengths.Add(padded);
        }

        // Of 28,000 lengths.
        Assert.True(lengths.Count < 256, $"{lengths.Count}");
        Assert.Equal(BinaryMessage.MinPadded, BinaryMessage.PaddedLength(0));
        Assert.Equal(BinaryMessage.PaddedLength(100_000), BinaryMessage.PaddedLength(BinaryMessage.PaddedLength(100_000)));
    }

    [Fact]
    public void What_is_not_strict_is_refused()
    {
        Assert.NotNull(BinaryRequest.TryDecode((byte[])[.. Published, 0, 0], 0));
        Assert.Null(BinaryRequest.TryDecode((byte[])[.. Published, 0, 1], 0));
        Assert.NotNull(BinaryRequest.TryDecode(Published.AsMemory(0, Published.Length - 2), 0));
        for (int length = 0; length < Published.Length - 2; length++)
        {
            Assert.Null(BinaryRequest.TryDecode(Published.AsMemory(0, length), 0));
        }

        Refused("GET\r", "/");
        Refused("G T", "/");
        Refused("", "/");
        Refused("GET", "hello");
        Refused("GET", "/a\nb");
        Refused("GET", "/", ("Host", "a"));
        Refused("GET", "/", ("", "a"));
        Refused("GET", "/", ("a b", "a"));
        Refused("GET", "/", ("a", "b\r\nc: d"));
        Refused("GET", "/", [.. Enumerable.Range(0, 101).Select(static i => ($"a{i}", ""))]);
        Assert.NotNull(BinaryRequest.TryDecode(Raw("GET", "/", [.. Enumerable.Range(0, 100).Select(static i => ($"a{i}", ""))]), 0));

        // Trailers, informational responses, indeterminate lengths.
        Assert.Null(BinaryRequest.TryDecode((byte[])[.. Published.AsSpan(0, Published.Length - 1), 4, 1, 97, 1, 98], 0));
        Assert.Null(BinaryResponse.TryDecode((byte[])[1, 0x40, 0x66, 0, 0x40, 0xC8, 0, 0, 0], 0));
        Assert.NotNull(BinaryResponse.TryDecode((byte[])[1, 0x40, 0xC8, 0, 0, 0], 0));
        Assert.Null(BinaryRequest.TryDecode((byte[])[2, .. Published.AsSpan(1)], 0));

        // A length that is there, and more than all there is.
        Assert.Null(BinaryRequest.TryDecode((byte[])[0, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0], int.MaxValue));
    }

    [Fact]
    public void A_writer_refuses_what_a_reader_would()
    {
        BinaryRequest request = new() { Method = "GET", Scheme = "https", Authority = "", Path = "/" };
        Assert.Throws<ArgumentException>(() => (request with { Path = "/ü" }).Encode());
        Assert.Throws<ArgumentException>(() => (request with { Fields = [new BinaryField("A", "b")] }).Encode());
        Assert.Throws<ArgumentException>(() => (request with { Fields = [new BinaryField("a", "b\r\nc: d")] }).Encode());
    }

    [Fact]
    public void Fuzzed_messages_never_throw()
    {
        byte[] response = new BinaryResponse { Status = 200, Fields = [new BinaryField("a", "b")], Content = new byte[] { 1, 2, 3 } }.Encode()[..20];
        FuzzSummary requests = FuzzRun.Run([Published], static input => BinaryRequest.TryDecode(input, 1000) is not null);
        FuzzSummary responses = FuzzRun.Run([response], static input => BinaryResponse.TryDecode(input, 1000) is not null);
        Assert.True(requests.Accepted > 1000 && requests.Refused > 1000, $"{requests}");
        Assert.True(responses.Accepted > 100 && responses.Refused > 1000, $"{responses}");
    }

    private static void Refused(string method, string path, params (string Name, string Value)[] fields) =>
        Assert.Null(BinaryRequest.TryDecode(Raw(method, path, fields), 0));

    /// <summary>Without any check.</summary>
    private static byte[] Raw(string method, string path, params (string Name, string Value)[] fields)
    {
        byte[] section = [.. fields.SelectMany(static field => (byte[])[.. Text(field.Name), .. Text(field.Value)])];
        return [0, .. Text(method), .. Text("https"), .. Text(""), .. Text(path), .. Number(section.Length), .. section, 0, 0];
    }

    private static byte[] Text(string text) => [.. Number(text.Length), .. System.Text.Encoding.Latin1.GetBytes(text)];

    private static byte[] Number(int value) => value < 64 ? [(byte)value] : [(byte)(0x40 | value >> 8), (byte)value];
}
