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
