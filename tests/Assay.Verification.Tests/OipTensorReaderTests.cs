using System.Text;
using System.Text.Json;
using Assay.Receipts;
using Assay.Testing;
using Xunit.Abstractions;

namespace Assay.Verification.Tests;

public sealed class OipTensorReaderTests(ITestOutputHelper output)
{
    [Fact]
    public void TryReadRequest_FlatNestedAndReordered_AreTheSame()
    {
        string[] bodies =
        [
            """{"inputs":[{"name":"x","shape":[2,3],"datatype":"FP32","data":[1,2,3,4,5,6]}]}""",
            """{"inputs":[{"name":"x","shape":[2,3],"datatype":"FP32","data":[[1,2,3],[4,5,6]]}]}""",
            """{"id":"7","inputs":[{"data":[[1,2,3],[4e0,50e-1,6.0]],"datatype":"FP32","parameters":{"a":[{"b":1},{"b":2}]},"shape":[2,3],"name":"\u0078"}],"outputs":[{"name":"y"}]}""",
            " \r\n\t{\"inputs\" : [ {\"name\":\"x\",\"shape\":[2,3],\"datatype\":\"FP32\",\"data\":[1,2,3,4,5,6]} ] } ",
        ];
        foreach (string body in bodies)
        {
            IReadOnlyList<TensorValue> tensors = Read(body, out string? error)!;
            Assert.Null(error);
            Assert.True(TensorValue.AllSame([World.Tensor("x", [2, 3], 1, 2, 3, 4, 5, 6)], tensors), body);
        }
    }

    [Theory]
    [InlineData("0", 0f)]
    [InlineData("-0", -0f)]
    [InlineData("-0.0e5", -0f)]
    [InlineData("0.1", 0.1f)]
    [InlineData("1.00000005960464478", 1f)]
    [InlineData("16777217", 16777216f)]
    [InlineData("1e-46", 0f)]
    [InlineData("-1e-400", -0f)]
    [InlineData("1e-45", float.Epsilon)]
    [InlineData("3.4028234663852886e38", float.MaxValue)]
    [InlineData("3.4028235677973362e38", float.MaxValue)]
    [InlineData("9007199254740993", 9007199254740992f)]
    public void TryReadRequest_Numbers_AreRoundedToBinary64ThenBinary32(string number, float expected)
    {
        IReadOnlyList<TensorValue> tensors = Read($$"""{"inputs":[{"name":"x","shape":[1],"datatype":"FP32","data":[{{number}}]}]}""", out _)!;
        Assert.Equal(BitConverter.SingleToUInt32Bits(expected), BitConverter.ToUInt32(tensors[0].Data.Span));
    }

    [Theory]
    [InlineData("", OipErrors.Json)]
    [InlineData("null", OipErrors.Tensors)]
    [InlineData("[]", OipErrors.Tensors)]
    [InlineData("{}", OipErrors.Tensors)]
    [InlineData("""{"inputs":[]}""", OipErrors.Tensors)]
    [InlineData("""{"inputs":{}}""", OipErrors.Tensors)]
    [InlineData("""{"outputs":[{"name":"x","shape":[1],"datatype":"FP32","data":[1]}]}""", OipErrors.Tensors)]
    [InlineData("""{"inputs":[1]}""", OipErrors.Tensor)]
    [InlineData("""{"inputs":[{"name":"x","shape":[1],"datatype":"FP32"}]}""", OipErrors.Tensor)]
    [InlineData("""{"inputs":[{"name":"","shape":[1],"datatype":"FP32","data":[1]}]}""", OipErrors.Tensor)]
    [InlineData("""{"inputs":[{"name":1,"shape":[1],"datatype":"FP32","data":[1]}]}""", OipErrors.Tensor)]
    [InlineData("""{"inputs":[{"name":"x","shape":1,"datatype":"FP32","data":[1]}]}""", OipErrors.Tensor)]
    [InlineData("""{"inputs":[{"name":"x","shape":[1],"datatype":null,"data":[1]}]}""", OipErrors.Tensor)]
    [InlineData("""{"inputs":[{"name":"x","shape":[1],"datatype":"FP32","data":1}]}""", OipErrors.Tensor)]
    [InlineData("""{"inputs":[{"name":"x","shape":[1],"datatype":"fp32","data":[1]}]}""", OipErrors.Datatype)]
    [InlineData("""{"inputs":[{"name":"x","shape":[1],"datatype":"INT64","data":["1"]}]}""", OipErrors.Datatype)]
    [InlineData("""{"inputs":[{"name":"x","shape":[0],"datatype":"FP32","data":[]}]}""", OipErrors.Shape)]
    [InlineData("""{"inputs":[{"name":"x","shape":[-1],"datatype":"FP32","data":[1]}]}""", OipErrors.Shape)]
    [InlineData("""{"inputs":[{"name":"x","shape":[1.0],"datatype":"FP32","data":[1]}]}""", OipErrors.Shape)]
    [InlineData("""{"inputs":[{"name":"x","shape":[1e0],"datatype":"FP32","data":[1]}]}""", OipErrors.Shape)]
    [InlineData("""{"inputs":[{"name":"x","shape":[2147483648],"datatype":"FP32","data":[1]}]}""", OipErrors.Shape)]
    [InlineData("""{"inputs":[{"name":"x","shape":["1"],"datatype":"FP32","data":[1]}]}""", OipErrors.Shape)]
    [InlineData("""{"inputs":[{"name":"x","shape":[1,1,1,1,1,1,1,1,1],"datatype":"FP32","data":[1]}]}""", OipErrors.Shape)]
    [InlineData("""{"inputs":[{"name":"x","shape":[2],"datatype":"FP32","data":[1]}]}""", OipErrors.Data)]
    [InlineData("""{"inputs":[{"name":"x","shape":[2],"datatype":"FP32","data":[1,2,3]}]}""", OipErrors.Data)]
    [InlineData("""{"inputs":[{"name":"x","shape":[2],"datatype":"FP32","data":[[1],[2]]}]}""", OipErrors.Data)]
    [InlineData("""{"inputs":[{"name":"x","shape":[2,2],"datatype":"FP32","data":[[1,2],[3]]}]}""", OipErrors.Data)]
    [InlineData("""{"inputs":[{"name":"x","shape":[2,2],"datatype":"FP32","data":[[1,2],3,4]}]}""", OipErrors.Data)]
    [InlineData("""{"inputs":[{"name":"x","shape":[2,2],"datatype":"FP32","data":[[1,2],[3,4],[5,6]]}]}""", OipErrors.Data)]
    [InlineData("""{"inputs":[{"name":"x","shape":[2147483647,2147483647,2147483647],"datatype":"FP32","data":[1]}]}""", OipErrors.Data)]
    [InlineData("""{"inputs":[{"name":"x","shape":[1],"datatype":"FP32","data":[null]}]}""", OipErrors.Number)]
    [InlineData("""{"inputs":[{"name":"x","shape":[1],"datatype":"FP32","data":["1"]}]}""", OipErrors.Number)]
    [InlineData("""{"inputs":[{"name":"x","shape":[1],"datatype":"FP32","data":[true]}]}""", OipErrors.Number)]
    [InlineData("""{"inputs":[{"name":"x","shape":[1],"datatype":"FP32","data":[1e39]}]}""", OipErrors.Number)]
    [InlineData("""{"inputs":[{"name":"x","shape":[1],"datatype":"FP32","data":[1e400]}]}""", OipErrors.Number)]
    [InlineData("""{"inputs":[{"name":"x","shape":[1],"datatype":"FP32","data":[3.4028235677973366e38]}]}""", OipErrors.Number)]
    [InlineData("""{"inputs":[{"name":"x","shape":[1],"datatype":"FP32","data":[NaN]}]}""", OipErrors.Json)]
    [InlineData("""{"inputs":[{"name":"x","shape":[1],"datatype":"FP32","data":[01]}]}""", OipErrors.Json)]
    [InlineData("""{"inputs":[{"name":"x","shape":[1],"datatype":"FP32","data":[1,]}]}""", OipErrors.Json)]
    [InlineData("""{"inputs":[{"name":"x","shape":[1],"datatype":"FP32","data":[1]}]}x""", OipErrors.Json)]
    [InlineData("""{"inputs":[{"name":"\ud800","shape":[1],"datatype":"FP32","data":[1]}]}""", OipErrors.Json)]
    [InlineData("""{"inputs":[{"name":"x","name":"x","shape":[1],"datatype":"FP32","data":[1]}]}""", OipErrors.Json)]
    [InlineData("""{"a":[{"b":{"c":1,"\u0063":2}}],"inputs":[{"name":"x","shape":[1],"datatype":"FP32","data":[1]}]}""", OipErrors.Json)]
    public void TryReadRequest_AnythingElse_SaysWhatIsWrong(string body, string expected)
    {
        Assert.Null(Read(body, out string? error));
        Assert.Equal(expected, error);
    }

    [Fact]
    public void TryReadRequest_Limits_AreKept()
    {
        string Nested(int depth) => "{\"a\":" + new string('[', depth) + new string(']', depth) + ",\"inputs\":[{\"name\":\"x\",\"shape\":[1],\"datatype\":\"FP32\",\"data\":[1]}]}";
        string Tensors(int count) => "{\"inputs\":[" + string.Join(',', Enumerable.Repeat("""{"name":"x","shape":[],"datatype":"FP32","data":[1]}""", count)) + "]}";

        Assert.NotNull(Read(Nested(31), out _));
        Assert.Null(Read(Nested(32), out string? error));
        Assert.Equal(OipErrors.Json, error);
        Assert.NotNull(Read(Tensors(TensorValue.MaxCount), out _));
        Assert.Null(Read(Tensors(TensorValue.MaxCount + 1), out error));
        Assert.Equal(OipErrors.Tensors, error);
        Assert.Null(OipTensorReader.TryReadRequest(new byte[OipTensorReader.MaxLength + 1], out error));
        Assert.Equal(OipErrors.TooLarge, error);
        Assert.Null(OipTensorReader.TryReadRequest([(byte)'{', 0xff], out error));
        Assert.Equal(OipErrors.Utf8, error);
    }

    [Fact]
    public void TryReadRequest_Mutated_NeverThrowsAndAgreesWithTheFramework()
    {
        byte[][] seeds =
        [
            World.RequestBody,
            """{"inputs":[{"data":[[1e3,-2.5],[0.1,4]],"shape":[2,2],"name":"ab","datatype":"FP32"},{"name":"y","shape":[],"datatype":"FP32","data":[7]}],"p":{"q":[null,true,{"r":"s"}]}}"""u8.ToArray(),
        ];
        FuzzSummary summary = FuzzRun.Run(seeds, static bytes =>
        {
            IReadOnlyList<TensorValue>? tensors = OipTensorReader.TryReadRequest(bytes, out string? error);
            Assert.Equal(tensors is null, error is not null);
            if (tensors is not null)
            {
                AssertSameAsFramework(bytes, tensors);
            }

            return tensors is not null;
        });
        output.WriteLine(summary.ToString());
        Assert.True(summary.Accepted > 0 && summary.Refused > 0);
    }

    private static void AssertSameAsFramework(byte[] body, IReadOnlyList<TensorValue> tensors)
    {
        using JsonDocument json = JsonDocument.Parse(body);
        JsonElement inputs = json.RootElement.GetProperty("inputs");
        Assert.Equal(inputs.GetArrayLength(), tensors.Count);
        for (int i = 0; i < tensors.Count; i++)
        {
            Assert.Equal(inputs[i].GetProperty("name").GetString(), tensors[i].Name);
            Assert.Equal(inputs[i].GetProperty("shape").EnumerateArray().Select(static d => d.GetInt32()), tensors[i].Shape);
            List<float> numbers = [];
            Flatten(inputs[i].GetProperty("data"), numbers);
            Assert.Equal(numbers.SelectMany(BitConverter.GetBytes), tensors[i].Data.ToArray());
        }
    }

    private static void Flatten(JsonElement element, List<float> numbers)
    {
        if (element.ValueKind == JsonValueKind.Array)
        {
            foreach (JsonElement inner in element.EnumerateArray())
            {
                Flatten(inner, numbers);
            }
        }
        else
        {
            numbers.Add((float)element.GetDouble());
        }
    }

    private static IReadOnlyList<TensorValue>? Read(string body, out string? error) => OipTensorReader.TryReadRequest(Encoding.UTF8.GetBytes(body), out error);
}
