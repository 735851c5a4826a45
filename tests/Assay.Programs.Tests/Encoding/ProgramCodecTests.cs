using Assay.Primitives.Cbor;
using Assay.Testing;
using static Assay.Programs.Tests.TestModels;

namespace Assay.Programs.Tests;

public sealed class ProgramCodecTests
{
    private static readonly TensorType Small = Type(0, 7, 2);

    [Fact]
    public void TryDecode_RandomPrograms_EncodeToTheSameBytes()
    {
        for (int seed = 0; seed < 580; seed++)
        {
            (ExactModel model, short[][] inputs) = seed < 300 ? RandomPrograms.Generate(seed) : RandomPrograms.GenerateWide(seed);
            byte[] bytes = ProgramCodec.Encode(model.Program);
            ExactProgram? decoded = ProgramCodec.TryDecode(bytes, out ProgramError? error);
            Assert.True(decoded is not null, error?.ToString());
            Assert.Equal(bytes, ProgramCodec.Encode(decoded));
            Assert.Equal(model.Program.Work, decoded.Work);

            WeightsBlob? blob = WeightsBlob.Create(decoded, model.Weights.Memory, out _);
            ExactModel? again = ExactModel.Create(decoded, blob!, out error);
            Assert.True(again is not null, error?.ToString());
            Assert.Equal(model.Id, again.Id);
            Assert.Equal(ReferenceInterpreter.RunValues(model, inputs), ReferenceInterpreter.RunValues(again, inputs));
        }
    }

    [Fact]
    public void Encode_SmallProgram_IsTheLayoutByHand()
    {
        ExactProgram? program = ExactProgram.Create(
            [new("x", Type(-1, 1, 2), 0, [0.5, 0], [1, 2], OutOfRange.Clamp)],
            [],
            [],
            [new RescaleOperation(0, -3, 2, Type(-300, 5, 2))],
            [new("y", 1, 0.25)],
            out _);
        Assert.NotNull(program);
        const string Expected =
            "86" + "6e66697865642d706f696e742f7631" // six elements, "fixed-point/v1"
            + "81" + "86" + "6178" + "83" + "8102" + "20" + "01" + "00" // one input: "x", [[2], -1, 1], axis 0
            + "50" + "000000000000e03f" + "0000000000000000" // offsets
            + "50" + "000000000000f03f" + "0000000000000040" // multipliers
            + "01" // clamp
            + "80" + "80" // no weights, no tables
            + "81" + "85" + "04" + "00" + "22" + "02" + "83" + "8102" + "39012b" + "05" // rescale of value 0
            + "81" + "83" + "6179" + "01" + "48" + "000000000000d03f"; // one output
        Assert.Equal(Expected, Convert.ToHexStringLower(ProgramCodec.Encode(program)));
    }

    [Fact]
    public void Encode_WiderOperations_AreTheLayoutByHand()
    {
        const string Type = "8381020007"; // [2] in 0..7
        (Operation Operation, string Bytes)[] operations =
        [
            (new MulOperation(1, 2, 3, Small), "850a010203" + Type),
            (new MatMulOperation(1, 2, 3, Small), "850b010203" + Type),
            (new AffineOperation(1, 2, 3, 4, [5, 6], Small), "870c01020304420506" + Type),
            (new ReduceSumOperation(1, 2, -3, 4, Small), "860d01022204" + Type),
            (new ReduceMaxOperation(1, 2, Small), "840e0102" + Type),
            (new MaxOperation(1, 2, Small), "840f0102" + Type),
            (new MinOperation(1, 2, Small), "84100102" + Type),
            (new DivideOperation(1, 2, 3, Small), "8511010203" + Type),
            (new NormalizeOperation(1, true, 1L << 62, 3, 4, Small), "871201f51b40000000000000000304" + Type),
            (new RootSumOperation(1, 2, 3, 4, Small), "861301020304" + Type),
            (new SelectOperation(1, 2, 3, Small), "8514010203" + Type),
            (new TopKOperation(1, 2, true, false, Small), "86150102f5f4" + Type),
            (new TransposeOperation(1, [1, 0], Small), "841601820100" + Type),
            (new SliceOperation(1, [2], [-1], Small), "851701" + "8102" + "8120" + Type),
            (new GatherOperation(1, 2, [3, 256], Small), "8518180102480300000000010000" + Type),
            (new ConcatOperation([1, 2], 3, Small), "84181982010203" + Type),
            (new PadOperation(1, [2], [3], -4, Small), "86181a01" + "8102" + "8103" + "23" + Type),
            (new EmbeddingOperation(1, 2, Small), "84181b0102" + Type),
            (new ConstantOperation(1, Small), "83181c01" + Type),
        ];
        foreach ((Operation operation, string expected) in operations)
        {
            string program = Convert.ToHexStringLower(new ProgramWriter().Write([], [], [], [operation], []));
            Assert.Equal("86" + "6e66697865642d706f696e742f7631" + "808080" + "81" + expected + "80", program);
        }

        Assert.Equal(19, operations.Select(o => o.Operation.GetType()).Distinct().Count());
    }

    [Theory]
    [InlineData(OperationCodes.Transpose, 9, 1)]
    [InlineData(OperationCodes.Slice, 9, 1)]
    [InlineData(OperationCodes.Pad, 9, 1)]
    [InlineData(OperationCodes.Concat, 1025, 0)]
    public void TryDecode_ListsThatAreTooLong_AreRefusedBeforeTheyAreRead(int code, int count, int before)
    {
        CborWriter writer = new();
        writer.WriteArrayHeader(6);
        writer.WriteText("fixed-point/v1");
        writer.WriteArrayHeader(0);
        writer.WriteArrayHeader(0);
        writer.WriteArrayHeader(0);
        writer.WriteArrayHeader(1);
        writer.WriteArrayHeader(code switch { OperationCodes.Pad => 6, OperationCodes.Slice => 5, _ => 4 });
        writer.WriteInt(code);
        for (int i = 0; i < before; i++)
        {
            writer.WriteInt(0);
        }

        writer.WriteArrayHeader(count);
        writer.WriteRaw(new byte[2000]);
        AssertCode(ProgramErrorCodes.Parameter, writer.ToArray());
    }

    [Fact]
    public void TryDecode_OperationsOfAnotherLength_AreRefused()
    {
        for (int code = OperationCodes.First; code <= OperationCodes.Last; code++)
        {
            foreach (int elements in new[] { 0, 1, 2, 12 })
            {
                CborWriter writer = new();
                writer.WriteArrayHeader(6);
                writer.WriteText("fixed-point/v1");
                writer.WriteArrayHeader(0);
                writer.WriteArrayHeader(0);
                writer.WriteArrayHeader(0);
                writer.WriteArrayHeader(1);
                writer.WriteArrayHeader(elements);
                writer.WriteInt(code);
                writer.WriteRaw(new byte[20]);
                AssertCode(CborErrors.Length, writer.ToArray());
            }
        }
    }

    [Fact]
    public void TryDecode_EveryTruncationOfWiderOperations_IsRefusedByACborCode()
    {
        for (int kind = 9; kind < 28; kind++)
        {
            byte[] bytes = ProgramCodec.Encode(RandomPrograms.GenerateWide(kind).Model.Program);
            for (int length = Math.Max(0, bytes.Length - 400); length < bytes.Length; length++)
            {
                Assert.Null(ProgramCodec.TryDecode(bytes.AsSpan(0, length), out ProgramError? error));
                Assert.Equal(CborErrors.Truncated, error?.Code);
            }
        }
    }

    [Fact]
    public void TryDecode_EveryTruncation_IsRefusedByACborCode()
    {
        byte[] bytes = ProgramCodec.Encode(RandomPrograms.Generate(6).Model.Program);
        for (int length = 0; length < Math.Min(bytes.Length, 3000); length++)
        {
            Assert.Null(ProgramCodec.TryDecode(bytes.AsSpan(0, length), out ProgramError? error));
            Assert.Equal(CborErrors.Truncated, error?.Code);
        }

        Assert.Null(ProgramCodec.TryDecode([.. bytes, 0], out ProgramError? trailing));
        Assert.Equal(CborErrors.TrailingData, trailing?.Code);
    }

    [Theory]
    [InlineData("", CborErrors.Truncated)]
    [InlineData("86", CborErrors.Truncated)]
    [InlineData("858080808080", CborErrors.Length)]
    [InlineData("a0", CborErrors.Type)]
    [InlineData("9fff", CborErrors.Unsupported)]
    [InlineData("d9d9f786", CborErrors.Unsupported)]
    [InlineData("9806", CborErrors.NonShortest)]
    [InlineData("86018080808080", CborErrors.Type)]
    [InlineData("866e66697865642d706f696e742f76328080808080", ProgramErrorCodes.Profile)]
    [InlineData("866e66697865642d706f696e742f76318080808080", ProgramErrorCodes.Limit)]
    [InlineData("866e66697865642d706f696e742f7631808080808000", CborErrors.TrailingData)]
    public void TryDecode_OtherBytes_HaveCodes(string hex, string code) => AssertCode(code, Convert.FromHexString(hex));

    [Fact]
    public void TryDecode_FieldsThatDoNotFit_HaveCodes()
    {
        AssertCode(null, Encoded());
        AssertCode(CborErrors.Range, Encoded(multiplier: 32768));
        AssertCode(CborErrors.Range, Encoded(multiplier: -32769));
        AssertCode(CborErrors.Range, Encoded(shift: 256));
        AssertCode(CborErrors.Range, Encoded(shift: -1));
        AssertCode(CborErrors.Range, Encoded(x: 1L << 31));
        AssertCode(CborErrors.Range, Encoded(lo: -32769));
        AssertCode(CborErrors.Range, Encoded(length: 1L << 40));
        AssertCode(ProgramErrorCodes.Shape, Encoded(length: -1));
        AssertCode(ProgramErrorCodes.Reference, Encoded(x: -1));
        AssertCode(ProgramErrorCodes.Shape, Encoded(axes: 9));
        AssertCode(ProgramErrorCodes.Shape, Encoded(axes: 0));
        AssertCode(ProgramErrorCodes.Unknown, Encoded(operation: 0));
        AssertCode(ProgramErrorCodes.Unknown, Encoded(operation: 29));
        AssertCode(ProgramErrorCodes.Unknown, Encoded(operation: -1));
        AssertCode(CborErrors.Length, Encoded(operation: 5));
        AssertCode(CborErrors.Length, Encoded(offsetBytes: 7));
        AssertCode(CborErrors.Length, Encoded(scaleBytes: 4));
        AssertCode(CborErrors.Length, Encoded(tableBytes: 3));
        AssertCode(ProgramErrorCodes.Boundary, Encoded(offsetBytes: 16));
        AssertCode(ProgramErrorCodes.Unknown, Encoded(rule: 2));
    }

    [Fact]
    public void TryDecode_TooManyBytesOrParts_AreRefusedBeforeTheyAreRead()
    {
        AssertCode(ProgramErrorCodes.Limit, new byte[ProgramLimits.ProgramBytes + 1]);
        CborWriter writer = new();
        writer.WriteArrayHeader(6);
        writer.WriteText("fixed-point/v1");
        writer.WriteArrayHeader(65);
        writer.WriteRaw(new byte[100]);
        AssertCode(ProgramErrorCodes.Limit, writer.ToArray());
    }

    [Fact]
    public void TryDecode_MutatedPrograms_AreRefusedOrCanonical()
    {
        byte[][] seeds = [.. Enumerable.Range(0, 400)
            .Select(seed => ProgramCodec.Encode(RandomPrograms.Generate(seed).Model.Program))
            .Where(bytes => bytes.Length < 700)
            .Take(8), .. SmallWide(28)];
        Assert.Equal(36, seeds.Length);

        // A pool's possible counts are marked in an array of its window's area, at most 2^20 bytes each.
        FuzzLimits limits = new(4 << 20, 1024, TimeSpan.FromMilliseconds(500));
        FuzzSummary summary = FuzzRun.Run(seeds, bytes => IsAccepted(bytes), limits, oneOf: 4);
        Assert.True(summary.Accepted > 25 && summary.Refused > 250, summary.ToString());
    }

    [Fact]
    public void MutatedPrograms_ThatAreAccepted_RunAsTheOracleSays()
    {
        byte[][] seeds = [.. Enumerable.Range(0, 200)
            .Select(seed => ProgramCodec.Encode(RandomPrograms.Generate(seed).Model.Program))
            .Where(bytes => bytes.Length < 1500), .. SmallWide(112)];
        Mutator mutator = new(3, seeds);
        Random random = new(3);
        int run = 0;
        for (int i = 0; i < FuzzRun.Count / 20; i++)
        {
            ExactProgram? program = ProgramCodec.TryDecode(mutator.Next(), out _);
            if (program is null || program.Work > 10_000 || program.WeightBytes > 100_000
                || Enumerable.Range(0, program.ValueCount).Any(v => program.TypeOf(v).Count > 600))
            {
                continue;
            }

            byte[] weights = new byte[program.WeightBytes];
            random.NextBytes(weights);
            WeightsBlob? blob = WeightsBlob.Create(program, weights, out _);
            Assert.NotNull(blob);
            ExactModel? model = ExactModel.Create(program, blob, out ProgramError? error);
            if (model is null)
            {
                // Random biases mostly break the rule: without weights no layer does.
                Assert.Equal(ProgramErrorCodes.Bounds, error?.Code);
                model = ExactModel.Create(program, WeightsBlob.Create(program, new byte[weights.Length], out _)!, out error);
                Assert.True(model is not null, error?.ToString());
            }

            short[][] inputs = RandomPrograms.InputsFor(model, i);
            Assert.Equal(BigIntegerOracle.RunValues(model, inputs), ReferenceInterpreter.RunValues(model, inputs));
            run++;
        }

        Assert.InRange(run, 50, int.MaxValue);
    }

    /// <summary>Short programs whose first operation goes through all kinds.</summary>
    private static IEnumerable<byte[]> SmallWide(int count)
    {
        for (int i = 0; i < count; i++)
        {
            int seed = i % 28;
            byte[] bytes;
            do
            {
                bytes = ProgramCodec.Encode(RandomPrograms.GenerateWide(seed).Model.Program);
                seed += 28 * (1 + (i / 28));
            }
            while (bytes.Length > 700);

            yield return bytes;
        }
    }

    private static bool IsAccepted(byte[] bytes)
    {
        ExactProgram? program = ProgramCodec.TryDecode(bytes, out ProgramError? error);
        Assert.Equal(program is null, error is not null);
        if (program is null)
        {
            Assert.Matches("^(cbor|program)/[a-z0-9-]+$", error!.Code);
            return false;
        }

        Assert.True(program.Bytes.Span.SequenceEqual(bytes));
        return true;
    }

    private static void AssertCode(string? code, byte[] bytes)
    {
        ExactProgram? program = ProgramCodec.TryDecode(bytes, out ProgramError? error);
        Assert.Equal(code, error?.Code);
        Assert.Equal(code is null, program is not null);
    }

    /// <summary>A program with one rescale, some field of it replaced.</summary>
    private static byte[] Encoded(
        long operation = 4,
        long x = 0,
        long multiplier = 1,
        long shift = 0,
        long length = 1,
        int axes = 1,
        long lo = 0,
        int offsetBytes = 8,
        int scaleBytes = 8,
        int tableBytes = 2,
        long rule = 0)
    {
        CborWriter cbor = new();
        cbor.WriteArrayHeader(6);
        cbor.WriteText("fixed-point/v1");
        cbor.WriteArrayHeader(1);
        cbor.WriteArrayHeader(6);
        cbor.WriteText("x");
        WriteType(cbor, 1, 1, 0);
        cbor.WriteNull();
        cbor.WriteBytes(new byte[offsetBytes]);
        cbor.WriteBytes(Enumerable.Repeat(BitConverter.GetBytes(1.0), Math.Max(1, offsetBytes / 8)).SelectMany(b => b).ToArray());
        cbor.WriteInt(rule);
        cbor.WriteArrayHeader(0);
        cbor.WriteArrayHeader(1);
        cbor.WriteBytes(new byte[tableBytes]);
        cbor.WriteArrayHeader(1);
        cbor.WriteArrayHeader(5);
        cbor.WriteInt(operation);
        cbor.WriteInt(x);
        cbor.WriteInt(multiplier);
        cbor.WriteInt(shift);
        WriteType(cbor, length, axes, lo);
        cbor.WriteArrayHeader(1);
        cbor.WriteArrayHeader(3);
        cbor.WriteText("y");
        cbor.WriteInt(1);
        cbor.WriteBytes(BitConverter.GetBytes(1.0).AsSpan(8 - scaleBytes));
        return cbor.ToArray();
    }

    private static void WriteType(CborWriter cbor, long length, int axes, long lo)
    {
        cbor.WriteArrayHeader(3);
        cbor.WriteArrayHeader(axes);
        for (int i = 0; i < axes; i++)
        {
            cbor.WriteInt(length);
        }

        cbor.WriteInt(lo);
        cbor.WriteInt(0);
    }
}
