using System.Text;
using Assay.Models.Data;
using Assay.Testing;

namespace Assay.Models.Tests.Data;

public sealed class NpyReaderTests
{
    private static byte[] Npy(string header, byte[] data, byte version = 1)
    {
        byte[] text = Encoding.Latin1.GetBytes(header);
        byte[] length = version == 1 ? [(byte)text.Length, (byte)(text.Length >> 8)] : BitConverter.GetBytes(text.Length);
        return [0x93, .. "NUMPY"u8, version, 0, .. length, .. text, .. data];
    }

    private static string Header(string type, string shape, string order = "False") =>
        $"{{'descr': '{type}', 'fortran_order': {order}, 'shape': {shape}, }}          \n";

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void TryRead_Versions_AreRead(byte version)
    {
        NpyArray? array = NpyReader.TryRead(Npy(Header("<f4", "(2, 3)"), [.. Enumerable.Range(0, 6).SelectMany(i => BitConverter.GetBytes((float)i))], version), out string? error);
        Assert.Null(error);
        Assert.Equal([2, 3], array!.Shape.ToArray());
        Assert.Equal([0f, 1, 2, 3, 4, 5], array.ToFloats());
        Assert.Null(array.ToIntegers());
    }

    [Fact]
    public void TryRead_Types_AreConverted()
    {
        Assert.Equal([255f, 1], NpyReader.TryRead(Npy(Header("|u1", "(2,)"), [255, 1]), out _)!.ToFloats());
        Assert.Equal([0.5f], NpyReader.TryRead(Npy(Header("<f8", "(1,)"), BitConverter.GetBytes(0.5)), out _)!.ToFloats());
        Assert.Equal([-3L], NpyReader.TryRead(Npy(Header("<i4", "(1,)"), BitConverter.GetBytes(-3)), out _)!.ToIntegers()!);
        Assert.Equal([long.MinValue], NpyReader.TryRead(Npy(Header("<i8", "(1,)"), BitConverter.GetBytes(long.MinValue)), out _)!.ToIntegers()!);
    }

    [Theory]
    [InlineData(">f4", "(1,)", "False", NpyErrors.ElementType)]
    [InlineData("|O", "(1,)", "False", NpyErrors.ElementType)]
    [InlineData("<f4", "(1,)", "True", NpyErrors.Order)]
    [InlineData("<f4", "(1,)", "Maybe", NpyErrors.Header)]
    [InlineData("<f4", "()", "False", NpyErrors.Shape)]
    [InlineData("<f4", "(0,)", "False", NpyErrors.Shape)]
    [InlineData("<f4", "(-1,)", "False", NpyErrors.Shape)]
    [InlineData("<f4", "(2,)", "False", NpyErrors.Shape)]
    [InlineData("<f4", "(99999999999,)", "False", NpyErrors.Shape)]
    [InlineData("<f4", "(65536, 65536, 65536, 65536)", "False", NpyErrors.Shape)]
    [InlineData("<f4", "(1, 1, 1, 1, 1, 1, 1, 1, 1)", "False", NpyErrors.Shape)]
    [InlineData("<f4", "(1 1)", "False", NpyErrors.Shape)]
    [InlineData("|u1", "(3,)", "False", NpyErrors.Length)]
    public void TryRead_BadHeaders_HaveTheirCode(string type, string shape, string order, string code)
    {
        Assert.Null(NpyReader.TryRead(Npy(Header(type, shape, order), [0, 0, 0, 0]), out string? error));
        Assert.Equal(code, error);
    }

    [Theory]
    [InlineData("{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (1,)}")]
    [InlineData("{'descr': '<f4', 'fortran_order': False}")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (1,), 'more': 1}")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (1,)} trailing")]
    [InlineData("")]
    public void TryRead_OtherDictionaries_AreRefused(string header)
    {
        Assert.Null(NpyReader.TryRead(Npy(header, [0, 0, 0, 0]), out string? error));
        Assert.Equal(NpyErrors.Header, error);
    }

    [Fact]
    public void TryRead_Mutated_NeverThrows()
    {
        byte[][] seeds =
        [
            Npy(Header("<f4", "(2, 3)"), new byte[24]), Npy(Header("|u1", "(4,)"), new byte[4], 2), Npy(Header("<i8", "(1, 2)"), new byte[16], 3),
        ];
        FuzzSummary summary = FuzzRun.Run(seeds, bytes =>
        {
            NpyArray? array = NpyReader.TryRead(bytes, out string? error);
            Assert.Equal(array is null, error is not null);
            return array is not null && array.ToFloats().Length == array.Count;
        });
        Assert.True(summary.Accepted > 1000 && summary.Refused > 1000, summary.ToString());
    }
}
