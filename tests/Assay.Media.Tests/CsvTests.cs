using System.Text;
using Assay.Media.Tables;
using Assay.Testing;

namespace Assay.Media.Tests;

public sealed class CsvTests
{
    [Theory]
    [InlineData("b,a\r\n2,1\r\n4,3\r\n")]
    [InlineData("a;b\n1;2\n\n3;4")]
    [InlineData("\uFEFF\"a\"\tb\n \"ignored\" \t2\n")]
    [InlineData("b,a\n2e0, 1 \n\"4\",3.0\n")]
    public void Columns_ByName_InAnyOrder(string text)
    {
        CsvTable table = Read(text)!;
        float[]? numbers = table.TryNumbers(["a", "b"], out MediaError? error);
        if (text.Contains("ignored", StringComparison.Ordinal))
        {
            Assert.Equal(MediaErrors.Cell, error!.Code);
            Assert.Contains("Row 1, column 'a'", error.Message, StringComparison.Ordinal);
        }
        else
        {
            Assert.Equal([1, 2, 3, 4], numbers!);
        }
    }

    [Fact]
    public void MissingExtraAndDoubleColumns_AreAllNamed()
    {
        Read("a,x,x,\"y, z\"\n1,2,3,4\n")!.TryNumbers(["a", "b", "c"], out MediaError? error);
        Assert.Equal(MediaErrors.Columns, error!.Code);
        Assert.Contains("missing: 'b', 'c'; not the model's: 'x', 'y, z'; there twice: 'x'", error.Message, StringComparison.Ordinal);
        Assert.Contains("'a', 'b', 'c'", error.Nearest, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", MediaErrors.Malformed)]
    [InlineData("a,b\n1\n", MediaErrors.Malformed)]
    [InlineData("a,b\n1,2,3\n", MediaErrors.Malformed)]
    [InlineData("a,b\n\"1,2\n", MediaErrors.Malformed)]
    [InlineData("a,b\n\"1\"2,3\n", MediaErrors.Malformed)]
    public void WhatIsNoTable_HasACode(string text, string code)
    {
        Assert.Null(CsvTable.TryRead(Encoding.UTF8.GetBytes(text), out MediaError? error));
        Assert.Equal(code, error!.Code);
    }

    [Theory]
    [InlineData("NaN")]
    [InlineData("1e99")]
    [InlineData("")]
    [InlineData("1.000,5")]
    [InlineData("one")]
    public void ACellThatIsNoFiniteNumber_IsNamed(string cell)
    {
        Assert.Null(new CsvTable(["a"], [["1"], [cell]]).TryNumbers(["a"], out MediaError? error));
        Assert.Equal(MediaErrors.Cell, error!.Code);
        Assert.Contains("Row 2, column 'a'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Limits_HoldWhileReading()
    {
        MediaLimits limits = new() { Rows = 2, Columns = 3, CellLength = 4, FileBytes = 100 };
        Assert.Equal(MediaErrors.TooLarge, Code("a\n1\n2\n3\n", limits));
        Assert.Equal(MediaErrors.TooLarge, Code("a,b,c,d\n", limits));
        Assert.Equal(MediaErrors.TooLarge, Code("abcde\n", limits));
        Assert.Equal(MediaErrors.TooLarge, Code("\"abcde\"\n", limits));
        Assert.Equal(MediaErrors.TooLarge, Code("     1\n", limits));
        Assert.Equal(MediaErrors.TooLarge, Code(new string('\n', 101), limits));
        Assert.Null(Code("abcd,b,c\n1,2,3\n4,5,6\n", limits));
        Assert.Null(CsvTable.TryRead(new byte[] { (byte)'a', 0xFF }, out MediaError? error));
        Assert.Equal(MediaErrors.Malformed, error!.Code);
    }

    [Fact]
    public void WhatIsWritten_IsReadTheSame()
    {
        CsvTable table = new(["a", "b, \"c\"", " d"], [["1", "", "x\ny"], ["\"", ",", "é"]]);
        CsvTable again = Read(table.Write())!;
        Assert.Equal(table.Columns, again.Columns);
        Assert.Equal(table.Rows, again.Rows);
    }

    [Fact]
    public void Mutated_NeverThrows()
    {
        MediaLimits limits = new() { Rows = 100, Columns = 20, CellLength = 50 };
        FuzzSummary summary = FuzzRun.Run([.. new[] { "a,b\n1,2\n3,4\n", "a;\"b\"\"c\"\r\n\"1\r\n\";2\r\n", "x\ty\n1\t2\n" }.Select(Encoding.UTF8.GetBytes)], bytes =>
        {
            CsvTable? table = CsvTable.TryRead(bytes, out MediaError? error, limits);
            Assert.True(table is null == error is not null);
            table?.TryNumbers(["a", "b"], out _);
            return table is not null;
        });
        Assert.True(summary.Accepted > 0 && summary.Refused > 0);
    }

    private static CsvTable? Read(string text)
    {
        CsvTable? table = CsvTable.TryRead(Encoding.UTF8.GetBytes(text), out MediaError? error);
        Assert.Null(error);
        return table;
    }

    private static string? Code(string text, MediaLimits limits)
    {
        CsvTable.TryRead(Encoding.UTF8.GetBytes(text), out MediaError? error, limits);
        return error?.Code;
    }
}
