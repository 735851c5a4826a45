using System.Security.Cryptography;
using Assay.Primitives.Cbor;

namespace Assay.Receipts.Tests;

public sealed class UnsaltedSectionsTests
{
    private readonly byte[] _seed = RandomNumberGenerator.GetBytes(SaltSequence.SeedSize);

    [Fact]
    public void Restore_OfWhatWasStored_GivesTheSectionsOfTheSameSalts()
    {
        ClaimsBuilder whole = new(Salts().Fill);
        SaltedTree claims = whole.BuildClaims(Sample.Full);
        SaltedTree output = whole.BuildOutput(Sample.Outputs);
        ClaimsBuilder builder = new(Salts().Fill);
        CborWriter storedClaims = new(), storedOutput = new();

        Assert.Equal(claims.Root, builder.BuildClaims(Sample.Full, storedClaims));
        Assert.Equal(output.Root, builder.BuildOutput(Sample.Outputs, storedOutput));
        SaltSequence salts = Salts();
        Assert.Equal(claims.Section.ToArray(), UnsaltedSections.RestoreClaims(storedClaims.Written, salts.Fill));
        Assert.Equal(output.Section.ToArray(), UnsaltedSections.RestoreOutput(storedOutput.Written, salts.Fill));
        Assert.True(storedClaims.Written.Length < claims.Section.Length - ClaimRegistry.Fields.Count * 18);
    }

    [Fact]
    public void Restore_Mutants_NeverThrowAndNeverGiveTheSameBytes()
    {
        CborWriter claims = new(), output = new();
        ClaimsBuilder builder = new(Salts().Fill);
        builder.BuildClaims(Sample.Full, claims);
        builder.BuildOutput(Sample.Outputs, output);
        byte[] wholeClaims = UnsaltedSections.RestoreClaims(claims.Written, Salts().Fill)!;
        byte[] wholeOutput = UnsaltedSections.RestoreOutput(output.Written, Salts().Fill)!;
        for (int length = 0; length < claims.Written.Length; length++)
        {
            Assert.Null(UnsaltedSections.RestoreClaims(claims.Written[..length], Salts().Fill));
        }

        Random random = new(7);
        for (int i = 0; i < 5000; i++)
        {
            byte[] bad = claims.ToArray();
            bad[random.Next(bad.Length)] ^= (byte)(1 << random.Next(8));
            Assert.NotEqual(wholeClaims, UnsaltedSections.RestoreClaims(bad, Salts().Fill));
            bad = output.ToArray();
            bad[random.Next(bad.Length)] ^= (byte)(1 << random.Next(8));
            Assert.NotEqual(wholeOutput, UnsaltedSections.RestoreOutput(bad, Salts().Fill));
        }
    }

    [Fact]
    public void Fill_InAnyPieces_GivesTheDefinedBytes()
    {
        byte[] expected = [.. Enumerable.Range(0, 40).SelectMany(i =>
            SHA256.HashData([0, .. "assay/salts/v1"u8, .. _seed, 0, 0, 0, (byte)i]))];
        SaltSequence salts = Salts();
        byte[] got = new byte[expected.Length];
        for (int at = 0, size = 1; at < got.Length; at += size, size = size * 2 % 61 + 1)
        {
            salts.Fill(got.AsSpan(at, Math.Min(size, got.Length - at)));
        }

        Assert.Equal(expected, got);
    }

    private SaltSequence Salts()
    {
        SaltSequence salts = new();
        salts.Reset(_seed);
        return salts;
    }
}
