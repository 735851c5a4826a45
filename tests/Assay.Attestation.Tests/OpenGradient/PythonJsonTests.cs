using System.Globalization;
using System.Text;
using System.Text.Json;
using Assay.Testing;

namespace Assay.Attestation.Tests.OpenGradient;

public sealed class PythonJsonTests
{
    [Theory]
    [InlineData(0.0, "0.0")]
    [InlineData(-0.0, "-0.0")]
    [InlineData(1.0, "1.0")]
    [InlineData(0.7, "0.7")]
    [InlineData(100.0, "100.0")]
    [InlineData(0.1 + 0.2, "0.30000000000000004")]
    [InlineData(1e-4, "0.0001")]
    [InlineData(9.999e-5, "9.999e-05")]
    [InlineData(1e-5, "1e-05")]
    [InlineData(1.5e-7, "1.5e-07")]
    [InlineData(1e15, "1000000000000000.0")]
    [InlineData(1e16, "1e+16")]
    [InlineData(123456789012345680.0, "1.2345678901234568e+17")]
    [InlineData(9007199254740993.0, "9007199254740992.0")]
    [InlineData(1e22, "1e+22")]
    [InlineData(1e23, "1e+23")]
    [InlineData(5e-324, "5e-324")]
    [InlineData(2.2250738585072014e-308, "2.2250738585072014e-308")]
    [InlineData(1.7976931348623157e308, "1.7976931348623157e+308")]
    [InlineData(2e-3, "0.002")]
    [InlineData(-12.5, "-12.5")]
    [InlineData(1e100, "1e+100")]
    public void Floats_are_Pythons(double value, string text) => Assert.Equal(text, PythonJson.Repr(value));

    [Theory]
    [InlineData("""{"b":1,"a":[true,false,null]}""", """{"a": [true, false, null], "b": 1}""")]
    [InlineData("""{"a":{},"c":[],"b":""}""", """{"a": {}, "b": "", "c": []}""")]
    [InlineData("""[-0,-0.0,1E2,1.50,12345678901234567890123]""", """[0, -0.0, 100.0, 1.5, 12345678901234567890123]""")]
    [InlineData("""[1e999,-1e999]""", """[Infinity, -Infinity]""")]
    [InlineData("""["\u0000\u001f\b\f\n\r\t\"\\\/ ~\u007f\u0080é"]""", "[\"\\u0000\\u001f\\b\\f\\n\\r\\t\\\"\\\\/ ~\\u007f\\u0080\\u00e9\"]")]
    [InlineData("{\"\U00010000\":1,\"\uFFFF\":2,\"\uD7FF\":3,\"z\":4,\"zz\":5,\"\":6}", "{\"\": 6, \"z\": 4, \"zz\": 5, \"\\ud7ff\": 3, \"\\uffff\": 2, \"\\ud800\\udc00\": 1}")]
    public void Values_are_Pythons(string json, string text)
    {
        using JsonDocument document = PythonJson.TryParse(Encoding.UTF8.GetBytes(json))!;
        Assert.Equal(text, PythonJson.TryWrite(document.RootElement));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("{} {}")]
    [InlineData("NaN")]
    [InlineData("{\"a\":1,\"a\":2}")]
    [InlineData("{\"a\":1,\"\\u0061\":2}")]
    [InlineData("{\"\\udc00\":1}")]
    public void What_isnt_JSON_or_repeats_a_member_isnt_read(string json) => Assert.Null(PythonJson.TryParse(Encoding.UTF8.GetBytes(json)));

    [Theory]
    [InlineData("\"\\ud800\"")]
    [InlineData("[[\"\\ud83d\\u0020\"]]")]
    public void Halves_of_characters_arent_written(string json)
    {
        using JsonDocument document = PythonJson.TryParse(Encoding.UTF8.GetBytes(json))!;
        Assert.Null(PythonJson.TryWrite(document.RootElement));
    }

    [Fact]
    public void Strings_that_arent_UTF8_arent_read()
    {
        Assert.Null(PythonJson.TryParse(new byte[] { (byte)'"', 0xE6, (byte)'"' }));
        Assert.Null(PythonJson.TryParse(new byte[] { (byte)'{', (byte)'"', 0xFF, (byte)'"', (byte)':', (byte)'1', (byte)'}' }));
    }

    [Fact]
    public void Numbers_that_Python_doesnt_read_arent_written()
    {
        using JsonDocument document = PythonJson.TryParse(Encoding.UTF8.GetBytes("1" + new string('0', 4300)))!;
        Assert.Null(PythonJson.TryWrite(document.RootElement));
    }

    [OracleFact(Oracle.Python)]
    public void Thousands_of_values_are_what_Python_itself_writes()
    {
        Random random = new(3);
        StringBuilder input = new();
        for (int i = 0; i < (FuzzRun.IsDeep ? 100_000 : 5_000); i++)
        {
            WriteRandom(random, input, 3);
            input.Append('\n');
        }

        string[] lines = input.ToString().TrimEnd('\n').Split('\n');
        string[] written = Oracles.RunPython("json_dumps.py", input.ToString()).TrimEnd('\n').Split('\n');
        Assert.Equal(lines.Length, written.Length);
        for (int i = 0; i < lines.Length; i++)
        {
            using JsonDocument document = PythonJson.TryParse(Encoding.UTF8.GetBytes(lines[i]))!;
            Assert.Equal(written[i], PythonJson.TryWrite(document.RootElement));
        }
    }

    private static void WriteRandom(Random random, StringBuilder text, int depth)
    {
        switch (random.Next(depth == 0 ? 5 : 7))
        {
            case 0 or 1:
                // Any bits, and round numbers near the places where the layout changes.
                double value = random.Next(2) == 0
                    ? BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue))
                    : Math.Round(random.NextDouble(), random.Next(8)) * Math.Pow(10, random.Next(-8, 20));
                text.Append(CultureInfo.InvariantCulture, $"{(double.IsFinite(value) ? value : 1.5):R}");
                break;
            case 2:
                text.Append(random.NextInt64() >> random.Next(64));
                break;
            case 3:
                WriteText(random, text);
                break;
            case 4:
                text.Append(random.Next(3) switch { 0 => "true", 1 => "false", _ => "null" });
                break;
            case 5:
                text.Append('[');
                for (int left = random.Next(4); left > 0; left--)
                {
                    WriteRandom(random, text, depth - 1);
                    text.Append(left > 1 ? "," : "");
                }

                text.Append(']');
                break;
            default:
                text.Append('{');
                int count = random.Next(5);
                for (int i = 0; i < count; i++)
                {
                    // A digit at the end keeps names apart.
                    StringBuilder name = new();
                    WriteText(random, name);
                    text.Append(i > 0 ? "," : "").Append(name.ToString(0, name.Length - 1)).Append(i).Append("\":");
                    WriteRandom(random, text, depth - 1);
                }

                text.Append('}');
                break;
        }
    }

    private static void WriteText(Random random, StringBuilder text)
    {
        StringBuilder content = new();
        for (int left = random.Next(6); left > 0; left--)
        {
            int point = random.Next(4) switch { 0 => random.Next(0x20, 0x80), 1 => random.Next(0x80, 0x800), 2 => random.Next(0xE000, 0x10000), _ => random.Next(0x10000, 0x110000) };
            content.Append(char.ConvertFromUtf32(point));
        }

        text.Append(JsonSerializer.Serialize(content.ToString()));
    }
}
