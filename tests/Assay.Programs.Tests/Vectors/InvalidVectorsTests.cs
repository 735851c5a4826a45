using System.Collections.Immutable;
using System.Reflection;
using Assay.Primitives.Cbor;
using static Assay.Programs.Tests.ProgramVectors;
using static Assay.Programs.Tests.TestModels;

namespace Assay.Programs.Tests;

public sealed class InvalidVectorsTests
{
    [Fact]
    public void Invalid_AreRefusedWithTheGivenCode()
    {
        WriteIfAsked("invalid.json", Make);
        InvalidVector[] vectors = Read<InvalidVector>("invalid.json");
        foreach (InvalidVector vector in vectors)
        {
            ExactProgram? program = ProgramCodec.TryDecode(Convert.FromHexString(vector.Program), out ProgramError? error);
            if (vector.Weights is not null)
            {
                Assert.True(program is not null, $"{vector.Name}: {error}");
                WeightsBlob? blob = WeightsBlob.Create(program, Convert.FromHexString(vector.Weights), out error);
                Assert.Null(blob is null ? null : ExactModel.Create(program, blob, out error));
            }

            Assert.True(vector.Code == error?.Code, $"{vector.Name}: {error} instead of {vector.Code}");
        }

        // Each code of programs has at least one vector. The boundary's have theirs in quantize.json.
        string[] codes = [.. typeof(ProgramErrorCodes).GetFields(BindingFlags.Public | BindingFlags.Static)
            .Select(field => (string)field.GetRawConstantValue()!)
            .Where(code => code.StartsWith("program/", StringComparison.Ordinal))];
        Assert.Empty(codes.Except(vectors.Select(vector => vector.Code)));
    }

    private static IEnumerable<InvalidVector> Make()
    {
        byte[] sound = Encoded(new RescaleOperation(0, 1, 0, Wide(4)));
        yield return new("empty", CborErrors.Truncated, "", null);
        yield return new("truncated", CborErrors.Truncated, Hex(sound.AsSpan(0, sound.Length - 1)), null);
        yield return new("trailing byte", CborErrors.TrailingData, Hex([.. sound, 0]), null);
        yield return new("length not shortest", CborErrors.NonShortest, Hex([0x98, 0x06, .. sound.AsSpan(1)]), null);
        yield return new("indefinite length", CborErrors.Unsupported, Hex([0x9F, .. sound.AsSpan(1), 0xFF]), null);
        yield return new("tagged", CborErrors.Unsupported, Hex([0xD9, 0xD9, 0xF7, .. sound]), null);
        yield return new("map", CborErrors.Type, "a0", null);
        yield return new("five parts", CborErrors.Length, Hex([0x85, .. sound.AsSpan(1)]), null);
        yield return new(
            "other profile", ProgramErrorCodes.Profile, Hex(sound).Replace("742f7631", "742f7632", StringComparison.Ordinal), null);
        yield return Of("operation 29", ProgramErrorCodes.Unknown, Hex(sound).Replace("8504000100", "85181d000100", StringComparison.Ordinal));
        yield return Of("operation of another length", CborErrors.Length, Hex(sound).Replace("8504000100", "8505000100", StringComparison.Ordinal));
        yield return Of("name used twice", ProgramErrorCodes.Name, Encoded([Input("x", Wide(4)), Input("x", Wide(4))]));
        yield return Of("empty name", ProgramErrorCodes.Name, Encoded([Input("", Wide(4))]));
        yield return Of("empty axis", ProgramErrorCodes.Shape, Encoded([Input("x", Wide(0))]));
        yield return Of("nine axes", ProgramErrorCodes.Shape, Encoded([Input("x", Wide(1, 1, 1, 1, 1, 1, 1, 1, 1))]));
        yield return Of("too many elements", ProgramErrorCodes.Limit, Encoded([Input("x", Wide(1 << 14, 1 << 14))]));
        yield return Of("empty range", ProgramErrorCodes.Range, Encoded([Input("x", Type(1, 0, 4))]));
        yield return Of("infinite offset", ProgramErrorCodes.Boundary, Encoded([Input("x", Wide(4)) with { Offsets = [double.PositiveInfinity] }]));
        yield return Of("multiplier zero", ProgramErrorCodes.Boundary, Encoded([Input("x", Wide(4)) with { Multipliers = [0] }]));
        yield return Of("channel axis beyond the shape", ProgramErrorCodes.Boundary, Encoded([Input("x", Wide(4)) with { ChannelAxis = 1 }]));
        yield return Of("own result as operand", ProgramErrorCodes.Reference, Encoded(new RescaleOperation(1, 1, 0, Wide(4))));
        yield return Of("shape not the operand's", ProgramErrorCodes.Shape, Encoded(new RescaleOperation(0, 1, 0, Wide(2, 2))));
        yield return Of("multiplier -32768", ProgramErrorCodes.Parameter, Encoded(new RescaleOperation(0, -32768, 0, Wide(4))));
        yield return Of("shift 31", ProgramErrorCodes.Parameter, Encoded(new RescaleOperation(0, 1, 31, Wide(4))));
        yield return Of("rescale at A + 1", ProgramErrorCodes.Bounds, Encoded(new RescaleOperation(0, 32512, 1, Wide(4))));
        yield return Of("reshape to another range", ProgramErrorCodes.Range, Encoded(new ReshapeOperation(0, Type(0, 1, 4))));
        yield return Of("table too short", ProgramErrorCodes.Table, Encoded(new LookupOperation(0, 0, Wide(4)), tables: [new([1, 2])]));
        yield return Of("reciprocal of 47 bits", ProgramErrorCodes.Parameter, Encoded(new SoftmaxOperation(0, 0, 47, 0, Type(0, 1, 4)), Type(0, 1, 4), [new([1, 1])]));

        LinearOperation layer = new(0, 0, 1, [1], false, Wide(1));
        yield return Of("bias as weights", ProgramErrorCodes.WeightTensor, Encoded(layer with { Weights = 1 }));
        yield return Of("operand of another length", ProgramErrorCodes.WeightTensor, Encoded(layer, Wide(5)));
        byte[] linear = Encoded(layer);
        yield return new("blob too short", ProgramErrorCodes.BlobLength, Hex(linear), Hex(new byte[11]));
        yield return new("blob too long", ProgramErrorCodes.BlobLength, Hex(linear), Hex(new byte[13]));
        yield return new("accumulator at A + 1", ProgramErrorCodes.Bounds, Hex(linear), Blob([32512, 0, 0, 0], 0));
        yield return new("bias at A + 1", ProgramErrorCodes.Bounds, Hex(linear), Blob([0, 0, 0, 0], -1065353216));
        foreach (InvalidVector vector in MakeWide())
        {
            yield return vector;
        }
    }

    private static IEnumerable<InvalidVector> MakeWide()
    {
        TensorType small = Type(0, 3, 2, 2);
        yield return Of("mul of shapes that don't meet", ProgramErrorCodes.Shape, Encoded(new MulOperation(0, 0, 0, Wide(4, 4))));
        yield return Of("mul over A", ProgramErrorCodes.Bounds, Encoded(new MulOperation(0, 0, 0, Wide(4))));
        yield return Of("matmul of unequal inner lengths", ProgramErrorCodes.Shape, Encoded(new MatMulOperation(0, 0, 0, Wide(2, 2)), Type(0, 1, 2, 3)));
        yield return Of("matmul at A + 1", ProgramErrorCodes.Bounds, Encoded(new MatMulOperation(0, 0, 1, Wide(254, 254)), Type(-2048, 2047, 254, 254)));
        yield return Of("affine over another length", ProgramErrorCodes.WeightTensor, Encoded(new AffineOperation(0, 0, 1, 1, [0], Wide(4))));
        yield return Of("reducesum over axis 1 of 1", ProgramErrorCodes.Parameter, Encoded(new ReduceSumOperation(0, 1, 1, 0, Wide(1))));
        yield return Of("reducesum at A + 1", ProgramErrorCodes.Bounds, Encoded(new ReduceSumOperation(0, 0, 8128, 1, Wide(1))));
        yield return Of("reducemax to another range", ProgramErrorCodes.Range, Encoded(new ReduceMaxOperation(0, 0, Type(0, 1, 1))));
        yield return Of("max of shapes that don't meet", ProgramErrorCodes.Shape, Encoded(new MaxOperation(0, 0, Wide(3))));
        yield return Of("min of a value that isn't there", ProgramErrorCodes.Reference, Encoded(new MinOperation(0, 1, Wide(4))));
        yield return Of("divide by 0", ProgramErrorCodes.Range, Encoded(new DivideOperation(0, 0, 0, Wide(4)), Type(0, 5, 4)));
        yield return Of("normalize with e = 0", ProgramErrorCodes.Parameter, Encoded(new NormalizeOperation(0, false, 0, 1, 0, Wide(4))));
        yield return Of("normalize at 2^62 + 1", ProgramErrorCodes.Bounds, Encoded(
            new NormalizeOperation(0, true, (1L << 62) - (4 * (4L * 65535) * (4L * 65535)) + 1, 1, 0, Wide(4))));
        yield return Of("normalize with 63 bits", ProgramErrorCodes.Parameter, Encoded(new NormalizeOperation(0, false, 1, 63, 0, Wide(4))));
        yield return Of("rootsum over 2^62", ProgramErrorCodes.Bounds, Encoded(new RootSumOperation(0, 0, 16, 0, Wide(1))));
        yield return Of("select of shapes that don't meet", ProgramErrorCodes.Shape, Encoded(new SelectOperation(0, 0, 0, Wide(5))));
        yield return Of("topk of more than there are", ProgramErrorCodes.Parameter, Encoded(new TopKOperation(0, 5, true, false, Wide(5))));
        yield return Of("topk places in another range", ProgramErrorCodes.Range, Encoded(new TopKOperation(0, 1, true, true, Type(0, 4, 1))));
        yield return Of("transpose of an axis twice", ProgramErrorCodes.Parameter, Encoded(new TransposeOperation(0, [1, 1], small), small));
        yield return Of("slice beyond the end", ProgramErrorCodes.Parameter, Encoded(new SliceOperation(0, [1], [2], Wide(3))));
        yield return Of("slice before the start", ProgramErrorCodes.Parameter, Encoded(new SliceOperation(0, [1], [-1], Wide(3))));
        yield return Of("slice by 65536", ProgramErrorCodes.Parameter, Encoded(new SliceOperation(0, [1], [65536], Wide(1))));
        yield return Of("gather of place 4 of 4", ProgramErrorCodes.Parameter, Encoded(new GatherOperation(0, 0, [0, 4], Wide(2))));
        yield return Of("gather of place 2^32 - 1", ProgramErrorCodes.Parameter, Encoded(new GatherOperation(0, 0, [-1], Wide(1))));
        yield return Of("concat of nothing", ProgramErrorCodes.Parameter, Encoded(new ConcatOperation([], 0, Wide(4))));
        yield return Of("concat into a smaller range", ProgramErrorCodes.Range, Encoded(new ConcatOperation([0, 0], 0, Type(0, 1, 8))));
        yield return Of("pad of 65536", ProgramErrorCodes.Parameter, Encoded(new PadOperation(0, [65536], [0], 0, Wide(65540))));
        yield return Of("pad with a constant out of range", ProgramErrorCodes.Range, Encoded(new PadOperation(0, [1], [0], 4, Type(0, 3, 5)), Type(0, 3, 4)));
        yield return Of("embedding beyond the table", ProgramErrorCodes.Range, Encoded(new EmbeddingOperation(0, 0, Wide(4, 4)), Type(0, 1, 4)));
        yield return Of("embedding of bias", ProgramErrorCodes.WeightTensor, Encoded(new EmbeddingOperation(0, 1, Wide(4, 4)), Type(0, 0, 4)));
        yield return Of("constant of another shape", ProgramErrorCodes.Shape, Encoded(new ConstantOperation(0, Wide(4))));
        yield return Of("places of three bytes", CborErrors.Length, Hex(Encoded(new GatherOperation(0, 0, [3], Wide(1))))
            .Replace("4403000000", "43030000", StringComparison.Ordinal));
    }

    private static InvalidVector Of(string name, string code, byte[] program) => new(name, code, Hex(program), null);

    private static InvalidVector Of(string name, string code, string program) => new(name, code, program, null);

    private static string Blob(int[] weights, int bias) =>
        Hex([.. WeightsBlob.Pack(WeightType.I16, weights), .. WeightsBlob.Pack(WeightType.I32, [bias])]);

    /// <summary>Bytes of a program that nothing has checked.</summary>
    private static byte[] Encoded(Operation operation, TensorType? x = null, ImmutableArray<LookupTable>? tables = null) => new ProgramWriter().Write(
        [Input("x", x ?? Wide(4))],
        [new(WeightType.I16, [1, 4]), new(WeightType.I32, [1])],
        tables ?? [],
        [operation],
        [new("y", 1, 1)]);

    private static byte[] Encoded(ImmutableArray<ProgramInput> inputs) =>
        new ProgramWriter().Write(inputs, [], [], [], [new("y", 0, 1)]);
}
