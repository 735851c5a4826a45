using System.Text;
using Assay.Media.Images;
using Assay.Media.Tables;
using Assay.Models.Data;

namespace Assay.Cli.Tests;

/// <summary><c>assay infer MODEL FILE</c> against a node.</summary>
public sealed class InferFileTests(CommandFixture fixture) : IClassFixture<CommandFixture>
{
    private string Trust => Path.Combine(fixture.Folder, "answer", "trust.txt");

    /// <summary>Ink on white paper, as somebody would draw it; the model reads 9 from the same item of its test data.</summary>
    [Fact]
    public async Task APictureOfADigit_IsRead_AndItsTensorIsInTheReceipt()
    {
        float[] inputs = NpyReader.TryRead(await File.ReadAllBytesAsync(Path.Combine(CommandFixture.Models, "digits", "test_inputs.npy")), out _)!.ToFloats();
        string pgm = "P2 8 8 16\n" + string.Join(' ', inputs[192..256].Select(static ink => (int)(16 - ink)));
        string file = Path.Combine(fixture.Folder, "nine.png"), csv = Path.Combine(fixture.Folder, "nine.csv"), target = Path.Combine(fixture.Folder, "picture");
        await File.WriteAllBytesAsync(file, PngWriter.Write(ImageReader.TryRead(Encoding.ASCII.GetBytes(pgm), out _)!));
        CliRunner.Result result = await InferAsync(file, "--out", target, "--replay", "--out-csv", csv);
        Assert.True(result.ExitCode == 0, result.Error + result.Output);
        Assert.Contains("outside the receipt; the tensor [1,1,8,8] made of it is in it", result.Output, StringComparison.Ordinal);
        CsvTable table = CsvTable.TryRead(await File.ReadAllBytesAsync(csv), out _)!;
        Assert.Equal(["answer", "score", "receipt"], table.Columns);
        Assert.Equal((10, "9"), (table.Rows.Count, table.Rows[0][0]));
        Assert.True(File.Exists(Path.Combine(target, "answer.receipt")));
    }

    [Fact]
    public async Task WhatTheModelDoesntTake_IsRefusedWithACode()
    {
        string wav = Path.Combine(fixture.Folder, "a.wav"), cut = Path.Combine(fixture.Folder, "cut.png"), pgm = Path.Combine(fixture.Folder, "a.pgm");
        await File.WriteAllBytesAsync(wav, "RIFF\0\0\0\0WAVE"u8.ToArray());
        await File.WriteAllBytesAsync(cut, [0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10, 0]);
        await File.WriteAllTextAsync(pgm, "P2 1 1 1 0");
        Assert.Contains("[media/kind]", (await InferAsync(wav)).Error, StringComparison.Ordinal);
        Assert.Contains("[media/truncated]", (await InferAsync(cut)).Error, StringComparison.Ordinal);
        CliRunner.Result row = await InferAsync(pgm, "--row", "0");
        Assert.True(row.ExitCode == 4, row.Error);
        Assert.Equal(3, (await InferAsync(Path.Combine(fixture.Folder, "nothing.png"))).ExitCode);
    }

    private Task<CliRunner.Result> InferAsync(string file, params string[] more) => CliRunner.RunAsync(["infer", "digits@signed", file, "--node", fixture.Node.Address.ToString(), "--trust", Trust, .. more]);
}
