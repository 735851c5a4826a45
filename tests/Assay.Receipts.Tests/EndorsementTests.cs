using System.Text;
using Assay.Primitives;
using Xunit.Abstractions;

namespace Assay.Receipts.Tests;

public sealed class EndorsementTests(ITestOutputHelper output)
{
    private static readonly byte[] Salt = [.. Enumerable.Range(0, 16).Select(static i => (byte)i)];
    private static readonly DateTimeOffset At = DateTimeOffset.UnixEpoch.AddDays(20500);

    [Fact]
    public void Endorsement_SaysWhatItWasMadeOf()
    {
        Bundle bundle = Sample.Bundle();
        AttachedEndorsement item = Item(bundle);
        Endorsement read = Endorsement.TryDecode(item.Endorsement.Bytes, out string? error)!;
        Assert.Null(error);
        Assert.Null(read.Verify());
        Assert.Equal(bundle.Envelope.Digest, read.Receipt);
        Assert.True(read.Questions.SequenceEqual(Endorsement.QuestionsOfReplay));
        Assert.Equal(Basis.Replay, read.By);
        Assert.Equal(EndorsementFinding.Established, read.Finding);
        Assert.Equal(Digest32.Sha256(item.Evidence!.Value.Span), read.Evidence);
        Assert.Equal(At.ToUnixTimeMilliseconds(), read.At);
        Assert.Equal(Sample.Signer.PublicKey, read.Issuer);
        ReplayEvidence evidence = ReplayEvidence.TryDecode(item.Evidence.Value, out error)!;
        Assert.Null(error);
        Assert.Null(evidence.Commitment.Verify(read.Issuer));
        Assert.Equal(EndorsementFinding.Established, evidence.Finding);
        Assert.Equal(EndorsementFinding.Refuted, (evidence with { NodeOutputs = default }).Finding);
        Assert.InRange(item.Endorsement.Bytes.Length, 300, Endorsement.MaxLength);
        output.WriteLine($"endorsement {item.Endorsement.Bytes.Length} bytes, evidence {item.Evidence.Value.Length}, item {item.Encode().Length}");
    }

    [Fact]
    public void Create_RefusesWhatDoesNotFit()
    {
        Digest32 evidence = Digest32.Sha256("x"u8);
        void Refused(IReadOnlyList<Question> questions, Basis by, EndorsementFinding finding, Digest32? digest, DateTimeOffset? at = null) =>
            Assert.Throws<ArgumentException>(() => Endorsement.Create(default, questions, by, finding, digest, at ?? At, Sample.Signer));

        Refused([], Basis.Replay, EndorsementFinding.Established, evidence);
        Refused([Question.ComputedRight, Question.Model], Basis.Replay, EndorsementFinding.Established, evidence);
        Refused([Question.Model, Question.Model], Basis.Replay, EndorsementFinding.Established, evidence);
        Refused([Question.Logged], Basis.Replay, EndorsementFinding.Established, evidence);
        Refused([Question.Model], Basis.Operator, EndorsementFinding.Established, evidence);
        Refused([Question.Model], Basis.Replay, EndorsementFinding.Established, null);
        Refused([Question.Model], Basis.Replay, EndorsementFinding.Expired, evidence);
        Refused([Question.Model], Basis.Replay, EndorsementFinding.Expired, null, DateTimeOffset.UnixEpoch.AddDays(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => ReplayCommitment.Create(default, default, default, null, DateTimeOffset.UnixEpoch.AddDays(-1), Sample.Signer));
    }

    [Fact]
    public void Bundle_SortsAndBoundsThem_AndKeepsThemThroughBytes()
    {
        Bundle bundle = Sample.Bundle();
        AttachedEndorsement item = Item(bundle);
        AttachedEndorsement[] many = [.. Enumerable.Range(0, 40).Select(i => Expired(At.AddSeconds(i))), item, item];
        Bundle read = Bundle.TryDecode(bundle.WithEndorsements(many.Reverse()).Encode(), out string? error)!;
        Assert.Null(error);
        Assert.Equal(AttachedEndorsement.MaxCount, read.Endorsements.Count);
        Assert.Equal(read.Endorsements.Select(static e => e.Endorsement.Digest.ToString()).Order(StringComparer.Ordinal), read.Endorsements.Select(static e => e.Endorsement.Digest.ToString()));
        Assert.Contains(read.Endorsements, e => e.Endorsement.Digest == item.Endorsement.Digest && e.Opening is not null && e.LogProof is null);
        Assert.Empty(bundle.WithEndorsements([]).Endorsements);
        Assert.Equal(bundle.Encode(), bundle.WithEndorsements([]).Encode());
    }

    /// <summary>Whoever holds the salt can guess a short output; it goes only where inputs and outputs go.</summary>
    [Theory]
    [InlineData(true, "request", "model", "outputs")]
    [InlineData(false, "request", "output", "outputs")]
    [InlineData(false, "request", "model", "outputs.class")]
    [InlineData(false, "model", "outputs")]
    [InlineData(false)]
    public void Redact_DropsTheOpening_WithAnyInputOrOutput(bool stays, params string[] keep)
    {
        Bundle bundle = Sample.Bundle();
        Bundle shown = bundle.WithEndorsements([Item(bundle)]).Redact(keep, out string? error, out _)!;
        Assert.Null(error);
        Assert.Equal(stays, shown.Endorsements[0].Opening is not null);
        Assert.NotNull(shown.Endorsements[0].Evidence);
        Assert.NotNull(Bundle.TryDecode(shown.Encode(), out _));
    }

    [Theory]
    [InlineData(Basis.Tee, AttachedEndorsement.MaxTeeEvidenceLength, false, true)]
    [InlineData(Basis.Tee, AttachedEndorsement.MaxTeeEvidenceLength + 1, false, false)]
    [InlineData(Basis.Tee, 100, true, false)]
    [InlineData(Basis.Replay, ReplayEvidence.MaxLength, true, true)]
    [InlineData(Basis.Replay, ReplayEvidence.MaxLength + 1, false, false)]
    public void Evidence_HasTheLengthsOfItsBasis(Basis by, int length, bool opened, bool fits)
    {
        byte[] evidence = new byte[length];
        Endorsement endorsement = Endorsement.Create(default, Endorsement.QuestionsOfTee, by, EndorsementFinding.Established, Digest32.Sha256(evidence), At, Sample.Signer);
        byte[] item = RoundTrips.Written(writer =>
        {
            writer.WriteArrayHeader(4);
            writer.WriteBytes(endorsement.Bytes.Span);
            writer.WriteBytes(evidence);
            if (opened)
            {
                writer.WriteBytes(Salt);
            }
            else
            {
                writer.WriteNull();
            }

            writer.WriteNull();
        });
        Assert.Equal(fits, AttachedEndorsement.TryDecode(item, out string? error)?.Encode().AsSpan().SequenceEqual(item) == true);
        Assert.Equal(fits ? null : ReceiptErrors.BundleEndorsements, error);
        if (!fits)
        {
            Assert.Throws<ArgumentException>(() => AttachedEndorsement.Create(endorsement, evidence, opened ? Salt : null, null));
        }
    }

    [Fact]
    public void TensorDigest_DependsOnEverything()
    {
        Digest32[] digests =
        [
            TensorDigest.Of(Salt, Sample.Outputs),
            TensorDigest.Of(new byte[16], Sample.Outputs),
            TensorDigest.Of(Salt, [.. Sample.Outputs.Reverse()]),
            TensorDigest.Of(Salt, [.. Sample.Outputs.Take(1)]),
            TensorDigest.Of(Salt, []),
        ];
        Assert.Equal(digests.Length, digests.Distinct().Count());
        Assert.Throws<ArgumentOutOfRangeException>(() => TensorDigest.Of(new byte[15], []));
    }

    [Fact]
    public void Mutated_NeverThrow_AndEncodeToThemselves()
    {
        Bundle bundle = Sample.Bundle();
        AttachedEndorsement item = Item(bundle);
        AttachedEndorsement logged = item.WithLogProof(bundle.LogProof);
        output.WriteLine(RoundTrips.Fuzz([item.Endorsement.Bytes.ToArray(), Expired(At).Endorsement.Bytes.ToArray()], static bytes => Endorsement.TryDecode(bytes, out _) is { } e ? Remade(e) : null));
        output.WriteLine(RoundTrips.Fuzz([item.Evidence!.Value.ToArray()], static bytes => ReplayEvidence.TryDecode(bytes, out _)?.Encode()));
        output.WriteLine(RoundTrips.Fuzz([item.Encode(), logged.Encode(), Expired(At).Encode()], static bytes => AttachedEndorsement.TryDecode(bytes, out _)?.Encode()));
        output.WriteLine(RoundTrips.Fuzz([LogEntry.ForEndorsement.Of(item.Endorsement).Encode()], static bytes => LogEntry.TryDecode(bytes, out _)?.Encode()));
    }

    [Fact]
    public void Truncated_IsRefused_AtEveryLength()
    {
        byte[] item = Item(Sample.Bundle()).WithLogProof(Sample.Bundle().LogProof).Encode();
        for (int length = 0; length < item.Length; length++)
        {
            Assert.Null(AttachedEndorsement.TryDecode(item.AsMemory(0, length), out string? error));
            Assert.NotNull(error);
        }
    }

    // Its fields in the order of the payload say everything that the payload says: one meaning has one spelling.
    private static byte[] Remade(Endorsement e)
    {
        Assert.True(e.Questions.SequenceEqual(e.Questions.Distinct().Order()));
        Assert.Equal(e.Finding == EndorsementFinding.Expired, e.Evidence is null);
        Assert.True(e.Bytes.Length <= Endorsement.MaxLength);
        return e.Bytes.ToArray();
    }

    private static AttachedEndorsement Item(Bundle bundle)
    {
        Digest32 outputs = TensorDigest.Of(Salt, Sample.Outputs);
        ReplayCommitment commitment = ReplayCommitment.Create(bundle.Envelope.Digest, TensorDigest.Of(Salt, new ModelId(Digest32.Sha256("model"u8))), TensorDigest.Of(Salt, []), outputs, At, Sample.Signer);
        byte[] evidence = new ReplayEvidence(commitment, outputs).Encode();
        Endorsement endorsement = Endorsement.Create(bundle.Envelope.Digest, Endorsement.QuestionsOfReplay, Basis.Replay, EndorsementFinding.Established, Digest32.Sha256(evidence), At, Sample.Signer);
        return AttachedEndorsement.Create(endorsement, evidence, Salt, null);
    }

    private static AttachedEndorsement Expired(DateTimeOffset at) => AttachedEndorsement.Create(
        Endorsement.Create(Digest32.Sha256(Encoding.UTF8.GetBytes(at.ToString("O"))), Endorsement.QuestionsOfReplay, Basis.Replay, EndorsementFinding.Expired, null, at, Sample.Signer), null, null, null);
}
