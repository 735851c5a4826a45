using System.Security.Cryptography;
using Assay.Primitives;
using Assay.Primitives.Cose;
using Xunit.Abstractions;

namespace Assay.Receipts.Tests;

/// <summary>Registrations, proofs in bundles, proof files: form only (spec/proofs.md).</summary>
public sealed class ProofTests(ITestOutputHelper output)
{
    private static readonly byte[] Key = [1, 2, 3];
    private static readonly byte[] Proof = [4, 5, 6, 7];
    private static readonly DateTimeOffset At = DateTimeOffset.UnixEpoch.AddDays(20500);
    private static readonly ModelId Model = new(Digest32.Sha256("model"u8));

    [Fact]
    public void Registration_SaysWhatItWasMadeOf()
    {
        ProofRegistration made = Registration();
        ProofRegistration read = ProofRegistration.TryDecode(made.Bytes, out string? error)!;
        Assert.Null(error);
        Assert.Null(read.Verify());
        Assert.Equal((Model, Digest32.Sha256(Key), At.ToUnixTimeMilliseconds(), Sample.Signer.PublicKey, made.Digest), (read.Model, read.Key, read.At, read.Issuer, read.Digest));
        Assert.Throws<ArgumentException>(() => ProofRegistration.Create(Model, default, DateTimeOffset.UnixEpoch.AddDays(-1), Sample.Signer));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(8)]
    public void AttachedProof_EncodesToItself(int batch)
    {
        AttachedProof proof = Attached(batch);
        AttachedProof read = AttachedProof.TryDecode(proof.Encode(), out string? error)!;
        Assert.Null(error);
        Assert.Equal(proof.Encode(), read.Encode());
        Assert.Equal(batch, read.Batch);
        Assert.Equal(batch == 1 ? 0 : 2, read.Openings.Length);
        Assert.Equal(Key, read.Key.ToArray());
        Assert.Equal(Proof, read.Proof.ToArray());
        Assert.Equal(2, read.Registrations.Length);
        Assert.Single(read.WithRegistrations(read.Registrations.Take(1)).Registrations);
    }

    [Fact]
    public void Create_RefusesWhatDoesNotFit()
    {
        static void Refused(Func<AttachedProof> make) => Assert.Throws<ArgumentException>(make);
        byte[] digest = new byte[32];
        Refused(() => AttachedProof.One(default, Proof, []));
        Refused(() => AttachedProof.One(Key, default, []));
        Refused(() => AttachedProof.One(new byte[AttachedProof.MaxPartLength + 1], Proof, []));
        Refused(() => AttachedProof.Many(Key, 1, digest, [Opening(0, 1)], Proof, []));
        Refused(() => AttachedProof.Many(Key, 5, digest, [], Proof, []));
        Refused(() => AttachedProof.Many(Key, 5, new byte[31], [Opening(0, 5)], Proof, []));
        Refused(() => AttachedProof.Many(Key, 5, digest, [Opening(5, 5)], Proof, []));
        Refused(() => AttachedProof.Many(Key, 5, digest, [Opening(-1, 5)], Proof, []));
        Refused(() => AttachedProof.Many(Key, 5, digest, [Opening(2, 5), Opening(1, 5)], Proof, []));
        Refused(() => AttachedProof.Many(Key, 5, digest, [Opening(2, 5), Opening(2, 5)], Proof, []));
        Refused(() => AttachedProof.Many(Key, 5, digest, [Opening(1, 4)], Proof, []));
        Refused(() => AttachedProof.Many(Key, 5, digest, [Opening(1, 5) with { Salt = new byte[15] }], Proof, []));
        Refused(() => AttachedProof.Many(Key, 5, digest, [Opening(1, 5) with { Path = [new byte[32], new byte[32], new byte[31]] }], Proof, []));
        Refused(() => AttachedProof.Many(Key, AttachedProof.MaxBatch + 1, digest, [Opening(1, AttachedProof.MaxBatch + 1)], Proof, []));
        Refused(() => AttachedProof.Many(Key, 4096, digest, [.. Enumerable.Range(0, AttachedProof.MaxOpenings + 1).Select(static i => Opening(i, 4096))], Proof, []));
        Assert.Equal(AttachedProof.MaxOpenings, AttachedProof.Many(Key, 4096, digest, [.. Enumerable.Range(0, AttachedProof.MaxOpenings).Select(static i => Opening(i, 4096))], Proof, []).Openings.Length);
    }

    [Fact]
    public void Bundle_KeepsItsProof_AndDropsItWithWhatItShows()
    {
        Bundle bundle = Sample.Bundle().WithProof(Attached(5));
        Bundle read = Bundle.TryDecode(bundle.Encode(), out string? error)!;
        Assert.Null(error);
        Assert.Equal(bundle.Encode(), read.Encode());
        Assert.NotNull(read.Proof);
        Assert.NotNull(read.WithLogProof(null).WithEndorsements([]).Proof);
        Assert.NotNull(read.Redact(["request", "model", "outputs"], out _, out _)!.Proof);
        foreach (string[] keep in new string[][] { ["request", "outputs"], ["model", "outputs"], ["request", "model"], ["request", "model", "outputs.class"], [] })
        {
            Assert.Null(read.Redact(keep, out _, out _)!.Proof);
        }
    }

    [Fact]
    public void ProofFile_EncodesToItself_AndIsTold()
    {
        ProofFile file = new(Attached(1), Sample.Inputs, Sample.Outputs);
        byte[] bytes = file.Encode();
        Assert.True(ProofFile.IsOne(bytes));
        Assert.False(ProofFile.IsOne(Sample.Bundle().Encode()));
        Assert.Equal(bytes, ProofFile.TryDecode(bytes, out string? error)!.Encode());
        Assert.Null(error);
        for (int length = 0; length < bytes.Length; length++)
        {
            Assert.Null(ProofFile.TryDecode(bytes.AsMemory(0, length), out error));
            Assert.NotNull(error);
        }
    }

    [Fact]
    public void Mutated_NeverThrow_AndEncodeToThemselves()
    {
        output.WriteLine(RoundTrips.Fuzz([Registration().Bytes.ToArray()], static bytes => ProofRegistration.TryDecode(bytes, out _)?.Bytes.ToArray()));
        output.WriteLine(RoundTrips.Fuzz([Attached(1).Encode(), Attached(5).Encode(), Attached(8).Encode()], static bytes => AttachedProof.TryDecode(bytes, out _)?.Encode()));
        output.WriteLine(RoundTrips.Fuzz([new ProofFile(Attached(5), Sample.Inputs, Sample.Outputs).Encode()], static bytes => ProofFile.TryDecode(bytes, out _)?.Encode()));
        output.WriteLine(RoundTrips.Fuzz([Sample.Bundle().WithProof(Attached(5)).Encode()], static bytes => Bundle.TryDecode(bytes, out _)?.Encode()));
    }

    private static AttachedProof Attached(int batch)
    {
        using Es256Signer other = new(ECDsa.Create(ECCurve.NamedCurves.nistP256));
        ProofRegistration[] registrations = [Registration(), Registration(other)];
        return batch == 1
            ? AttachedProof.One(Key, Proof, registrations)
            : AttachedProof.Many(Key, batch, Digest32.Sha256("runs"u8).ToArray(), [Opening(1, batch), Opening(3, batch)], Proof, registrations);
    }

    private static ProofOpening Opening(int run, int batch) =>
        new(run, new byte[16], [.. Enumerable.Range(0, AttachedProof.PathLength(batch)).Select(static i => (ReadOnlyMemory<byte>)Digest32.Sha256([(byte)i]).ToArray())]);

    private static ProofRegistration Registration(IEs256Signer? signer = null) => ProofRegistration.Create(Model, Digest32.Sha256(Key), At, signer ?? Sample.Signer);
}
