using System.Collections.Immutable;
using System.Security.Cryptography;
using Assay.Primitives;
using Assay.Programs;
using Assay.Proofs.Circuits;
using Assay.Proofs.Keys;
using Assay.Proofs.Layouts;
using Assay.Testing;
using static Assay.Proofs.Tests.Rules.SmallPrograms;

namespace Assay.Proofs.Tests.Rules;

public sealed class ProofKeyTests
{
    private static ProofKey Key()
    {
        ExactProgram program = Of(
            Type(-8, 7, 4),
            [
                new LinearOperation(0, 0, 1, [3, 4], false, Type(-99, 99, 2)),
                new RescaleOperation(1, 5, 2, Type(0, 99, 2)),
                new LookupOperation(2, 0, Type(0, 1, 2)),
                new AddOperation(3, 3, 1, 2, 0, Type(0, 3, 2)),
            ],
            [new([.. Enumerable.Range(0, 100).Select(i => (short)(i % 2))])],
            [new(WeightType.I8, [2, 4]), new(WeightType.I32, [2])]);
        return ProofKey.Create(
            program,
            Digest32.Sha256("weights"u8),
            12,
            [
                new TailChoice.Direct([100, 200], [300, 65536]), new TailChoice.Split(7, [-3], [4]), new TailChoice.None(),
                new TailChoice.Plain(),
            ],
            3,
            2,
            Digest32.Sha256("root"u8));
    }

    [Fact]
    public void What_is_written_is_read()
    {
        ProofKey key = Key();
        ProofKey read = ProofKey.Read(key.Bytes.Span, out ProofError? error)!;
        Assert.Null(error);
        Assert.True(read.Bytes.Span.SequenceEqual(key.Bytes.Span));
        Assert.Equal(key.Digest, read.Digest);
        Assert.Equal(key.ModelId, read.ModelId);
        Assert.Equal((12, 3, 2), (read.LimbBits, read.TileIndexBits, read.TileRowBits));
        Assert.Equal((key.WeightsRoot, key.Root), (read.WeightsRoot, read.Root));
        Assert.Equal<int[]>([300, 65536], [.. ((TailChoice.Direct)read.Choices[0]).After]);
        Assert.Equal(-3, ((TailChoice.Split)read.Choices[1]).Lowest[0]);
        CircuitBuilder.Build(read.Program, read.Choices, read.LimbBits, 3, out error);
        Assert.Null(error);
    }

    [Fact]
    public void The_digest_has_a_domain_and_the_model_id_is_the_models()
    {
        ProofKey key = Key();
        byte[] expected = SHA256.HashData([.. "assay/proof-key/v1\0"u8, .. key.Bytes.Span]);
        Assert.True(expected.AsSpan().SequenceEqual(key.Digest.Bytes));

        (ExactModel model, _) = RandomPrograms.GenerateProvable(3);
        Assert.Equal(model.Id, ExactModel.Identify(model.Program, model.Weights.Root()));
    }

    [Fact]
    public void Numbers_out_of_range_are_refused()
    {
        ProofKey key = Key();
        ProofKey Make(int limbBits, int a, int b, ImmutableArray<TailChoice> choices) =>
            ProofKey.Create(key.Program, key.WeightsRoot, limbBits, choices, a, b, key.Root);
        Assert.Throws<ArgumentException>(() => Make(7, 3, 2, key.Choices));
        Assert.Throws<ArgumentException>(() => Make(17, 3, 2, key.Choices));
        Assert.Throws<ArgumentException>(() => Make(12, 19, 2, key.Choices));
        Assert.Throws<ArgumentException>(() => Make(12, -1, 2, key.Choices));
        Assert.Throws<ArgumentException>(() => Make(12, 3, 2, key.Choices[..3]));
        Assert.Throws<ArgumentException>(() => Make(12, 3, 2, key.Choices.SetItem(0, new TailChoice.Direct([1], []))));
        Assert.Throws<ArgumentException>(() => Make(12, 3, 2, key.Choices.SetItem(0, new TailChoice.Direct([], []))));
    }

    [Fact]
    public void Bytes_that_are_no_key_are_refused_with_a_code()
    {
        byte[] bytes = Key().Bytes.ToArray();
        for (int length = 0; length < bytes.Length; length++)
        {
            Assert.Null(ProofKey.Read(bytes.AsSpan(0, length), out ProofError? error));
            Assert.NotEmpty(error!.Code);
        }

        Assert.Null(ProofKey.Read([.. bytes, 0], out ProofError? trailing));
        Assert.Equal("cbor/trailing-data", trailing!.Code);
        Assert.Null(ProofKey.Read(new byte[ProofKey.MaxBytes + 1], out ProofError? long_));
        Assert.Equal("zk/key", long_!.Code);
    }

    /// <summary>Whatever a key says: a reader, a circuit and a shape, or a code; in little time and memory.</summary>
    [Fact]
    public void Hostile_keys_never_throw()
    {
        byte[] bytes = Key().Bytes.ToArray();
        Random random = new(11);
        for (int i = 0; i < 4000; i++)
        {
            byte[] changed = [.. bytes];
            for (int flips = random.Next(1, 4); flips > 0; flips--)
            {
                changed[random.Next(changed.Length)] = random.Next(3) == 0 ? (byte)random.Next(256) : (byte)(changed[random.Next(changed.Length)] ^ (1 << random.Next(8)));
            }

            if (ProofKey.Read(changed, out ProofError? error) is not { } key)
            {
                Assert.NotEmpty(error!.Code);
                continue;
            }

            Assert.True(key.Bytes.Span.SequenceEqual(changed));
            if (CircuitBuilder.Build(key.Program, key.Choices, key.LimbBits, 1 + random.Next(3), out error) is not { } circuit)
            {
                Assert.NotEmpty(error!.Code);
                continue;
            }

            (ProofShape? shape, error) = ProofShape.Of(circuit, key.TileIndexBits, key.TileRowBits);
            Assert.Equal(shape is null, error is not null);
        }
    }
}
