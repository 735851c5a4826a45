using Assay.Primitives;
using Assay.Primitives.Cose;

namespace Assay.Receipts.Tests;

public sealed class BundleTests
{
    [Fact]
    public void TryDecode_Encoded_EncodesToTheSameBytes()
    {
        foreach (Bundle bundle in new[] { Sample.Bundle(), Sample.Bundle(batch: 5), Sample.Bundle(logged: false) })
        {
            byte[] bytes = bundle.Encode();
            Bundle? read = Bundle.TryDecode(bytes, out string? error);

            Assert.Null(error);
            Assert.Equal(bytes, read!.Encode());
            Assert.Equal(bundle.Envelope.Digest, read.Envelope.Digest);
            Assert.Equal(bundle.KeySet.Digest, read.KeySet.Digest);
            Assert.Equal(read.Envelope.Statement.ClaimsRoot, read.Claims.Root());
            Assert.Equal(read.Envelope.Statement.OutputRoot, read.Output.Root());
            Assert.Equal(bundle.LogProof is null, read.LogProof is null);
        }
    }

    [Fact]
    public void TryDecode_EveryTruncation_IsRefused()
    {
        byte[] bytes = Sample.Bundle(batch: 3).Encode();
        for (int length = 0; length < bytes.Length; length++)
        {
            Assert.Null(Bundle.TryDecode(bytes.AsMemory(0, length), out string? error));
            Assert.NotNull(error);
        }
    }

    [Fact]
    public void TryDecode_TooLarge_IsRefusedUnread()
    {
        Assert.Null(Bundle.TryDecode(new byte[Bundle.MaxLength + 1], out string? error));
        Assert.Equal(ReceiptErrors.BundleTooLarge, error);
    }

    [Fact]
    public void Create_Attachments_AreSortedAndSingle()
    {
        Bundle one = Sample.Bundle();
        Bundle two = Bundle.Create(one.Envelope, one.KeySet, Section(one, claims: true), Section(one, claims: false), [Sample.Response, Sample.Request, Sample.Response], null);

        Assert.Equal(2, two.Attachments.Count);
        Assert.True(Digest32.Compare(two.Attachments[0].Digest, two.Attachments[1].Digest) < 0);
        Assert.Equal(Sample.Request, two.FindAttachment(Digest32.Sha256(Sample.Request))!.Content.ToArray());
        Assert.Null(two.FindAttachment(default));
    }

    [Fact]
    public void Create_BrokenSections_Throws()
    {
        Bundle one = Sample.Bundle();
        Assert.Throws<ArgumentException>(() => Bundle.Create(one.Envelope, one.KeySet, new byte[1], Section(one, claims: false), [], null));
        Assert.Throws<ArgumentException>(() => Bundle.Create(one.Envelope, one.KeySet, Section(one, claims: true), new byte[1], [], null));
        Assert.Throws<ArgumentException>(() => LogProof.Create(new byte[1], 1, [], new byte[1]));
        Assert.Throws<ArgumentException>(() => LogProof.Create(one.LogProof!.EntryBytes, 1, new Digest32[64], new byte[1]));
    }

    [Fact]
    public void KeySet_Create_RefusesWhatCouldNotBeRead()
    {
        DateTimeOffset from = DateTimeOffset.UnixEpoch.AddDays(1);
        byte[] logKey = Sample.KeySet.LogKey.ToArray();
        P256PublicKey key = Sample.Signer.PublicKey;
        Assert.Equal(Sample.KeySet.Bytes.ToArray(), KeySet.TryDecode(Sample.KeySet.Bytes.Span, out _)!.Bytes.ToArray());
        foreach (string origin in new[] { "", "a b", "a+b", "a\nb", "é", new string('a', 256) })
        {
            Assert.Throws<ArgumentException>(() => KeySet.Create(origin, key, logKey, from, from.AddDays(1)));
        }

        Assert.Throws<ArgumentException>(() => KeySet.Create("a", key, logKey, from, from));
        Assert.Throws<ArgumentException>(() => KeySet.Create("a", key, new byte[32], from, from.AddDays(1)));
        Assert.Throws<ArgumentException>(() => KeySet.Create("a", default, logKey, from, from.AddDays(1)));
    }

    [Fact]
    public void LogEntry_BothKinds_RoundTrip()
    {
        LogEntry.ForReceipt receipt = new(Digest32.Sha256("x"u8), VerificationLevel.Tee.Join(VerificationLevel.Zk), SizeBucket.Undisclosed);
        Assert.Equal(receipt, LogEntry.TryDecode(receipt.Encode(), out _));

        LogEntry.ForKeySet keySet = new(Sample.KeySet.Bytes);
        LogEntry.ForKeySet read = Assert.IsType<LogEntry.ForKeySet>(LogEntry.TryDecode(keySet.Encode(), out _));
        Assert.Equal(Sample.KeySet.Bytes.ToArray(), read.Bytes.ToArray());
        Assert.Null(LogEntry.TryDecode((receipt with { Bucket = "7" }).Encode(), out string? error));
        Assert.Equal(ReceiptErrors.EntryBucket, error);
    }

    [Fact]
    public void LogEntry_OfAttestation_RoundTrips_AndIsBounded()
    {
        LogEntry.ForAttestation attestation = new(Digest32.Sha256("e"u8), "aws-nitro", "third-party-hosted", Digest32.Sha256("p"u8), Digest32.Sha256("k"u8));
        LogEntry.ForAttestationPolicy policy = new(Digest32.Sha256("d"u8), "production", 3);
        Assert.Equal(attestation, LogEntry.TryDecode(attestation.Encode(), out _));
        Assert.Equal(policy, LogEntry.TryDecode(policy.Encode(), out _));
        Assert.NotNull(LogEntry.TryDecode((attestation with { Type = "of-another-vendor-2" }).Encode(), out _));
        foreach (LogEntry refused in (LogEntry[])
            [
                attestation with { Type = "" }, attestation with { Type = "Nitro" }, attestation with { Type = new string('a', 41) },
                attestation with { Grade = "trusted" }, policy with { Name = "" }, policy with { Name = "a\n" }, policy with { Name = new string('a', 201) }, policy with { Version = 0 },
            ])
        {
            Assert.Null(LogEntry.TryDecode(refused.Encode(), out string? error));
            Assert.Equal(ReceiptErrors.EntryLayout, error);
        }
    }

    [Fact]
    public void Material_IsKeptAsItIs_WhateverIsRedacted()
    {
        Bundle bundle = Sample.Bundle();
        byte[] material = [1, 2, 3];
        Bundle read = Bundle.TryDecode(bundle.WithMaterial(material).Encode(), out string? error)!;
        Assert.Null(error);
        Assert.Equal(material, read.Material!.Value.ToArray());
        Assert.Equal(material, read.Redact([], out _, out _)!.Material!.Value.ToArray());
        Assert.Equal(bundle.Encode(), read.WithMaterial(null).Encode());
        Assert.NotNull(Bundle.TryDecode(bundle.WithMaterial(new byte[Bundle.MaxMaterialLength]).Encode(), out _));
        Assert.Throws<ArgumentException>(() => bundle.WithMaterial(new byte[Bundle.MaxMaterialLength + 1]));
        Assert.Throws<ArgumentException>(() => bundle.WithMaterial(ReadOnlyMemory<byte>.Empty));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(Bundle.MaxMaterialLength + 1)]
    public void Material_OfAnotherLength_IsRefused(int length)
    {
        byte[] bytes = Sample.Bundle().WithMaterial(new byte[] { 7 }).Encode();
        byte[] changed = [.. bytes.AsSpan(..^2), .. RoundTrips.Written(w => w.WriteBytes(new byte[length]))];
        Assert.Null(Bundle.TryDecode(changed, out string? error));
        Assert.Equal(ReceiptErrors.BundleMaterial, error);
    }

    [Fact]
    public void LogEntry_OfKeys_RoundTripsAndVerifies()
    {
        LogEntry.ForRotation rotation = Assert.IsType<LogEntry.ForRotation>(LogEntry.TryDecode(Sample.Rotation().Encode(), out _));
        Assert.Null(rotation.Rotation.Verify(Sample.KeySet));
        Assert.Equal(ReceiptErrors.RotationOld, rotation.Rotation.Verify(rotation.Rotation.Next));
        Assert.Throws<ArgumentException>(() => KeyRotation.Create(Sample.KeySet, Sample.Signer, Sample.KeySet, Sample.Signer));

        LogEntry.ForRevocation revocation = Assert.IsType<LogEntry.ForRevocation>(LogEntry.TryDecode(Sample.Revocation().Encode(), out _));
        Assert.Null(revocation.Revocation.Verify(Sample.KeySet));
        Assert.NotNull(revocation.Revocation.Verify(rotation.Rotation.Next));
        Assert.Equal("key lost", revocation.Revocation.Reason);
        Assert.Throws<ArgumentException>(() => KeyRevocation.Create(Sample.KeySet.Digest, DateTimeOffset.UnixEpoch, "two\nlines", Sample.Signer));
        Assert.Throws<ArgumentException>(() => KeyRevocation.Create(Sample.KeySet.Digest, DateTimeOffset.UnixEpoch.AddYears(-1), "before time", Sample.Signer));
    }

    [Fact]
    public void KeyEvents_RoundTripInABundle_AndGoWithoutALogProof()
    {
        Bundle bundle = Sample.Bundle();
        KeyEvent[] events = [KeyEvent.Create(new LogEntry.ForKeySet(Sample.KeySet.Bytes).Encode(), 0, []), KeyEvent.Create(Sample.Rotation().Encode(), 9, [Digest32.Sha256("p"u8)])];
        Bundle with = bundle.WithLogProof(bundle.LogProof, events);
        Bundle read = Bundle.TryDecode(with.Encode(), out string? error)!;

        Assert.Null(error);
        Assert.Equal(with.Encode(), read.Encode());
        Assert.Equal([0UL, 9UL], read.KeyEvents.Select(static e => e.Index));
        Assert.Equal(2, read.Redact(["model"], out _, out _)!.KeyEvents.Count);
        Assert.Empty(with.WithLogProof(null, events).KeyEvents);
    }

    private static ReadOnlyMemory<byte> Section(Bundle bundle, bool claims)
    {
        Primitives.Cbor.CborWriter writer = new();
        if (claims)
        {
            bundle.Claims.Write(writer);
        }
        else
        {
            bundle.Output.Write(writer);
        }

        return writer.ToArray();
    }
}
