using System.Collections.Immutable;
using System.Text;
using Assay.Models.Presentation;
using Assay.Testing;

namespace Assay.Media.Tests;

public sealed class PresentationTests
{
    private const string Face = """{"input":{"kind":"picture","tensor":"image","layout":"chw","colour":"rgb","fit":"letterbox","black":[0],"white":[255],"fill":0},"output":{"kind":"faces","fine_scores":"a","coarse_scores":"b","fine_values":"c","coarse_values":"d"}}""";
    private const string Voice = """{"input":{"kind":"sound","tensor":"audio","rate":16000,"chunk":512,"context":64,"states":[{"input":"h","output":"h_next"}],"scale":32768},"output":{"kind":"speech","tensor":"p"}}""";
    private const string Risk = """{"output":{"labels":["malignant","benign"],"tensor":"p","kind":"classes"},"input":{"tensor":"f","features":["x","y"],"kind":"table"}}""";

    [Theory]
    [InlineData(Face)]
    [InlineData(Voice)]
    [InlineData(Risk)]
    public void WhatIsWritten_IsReadTheSame(string json)
    {
        ModelPresentation presentation = Read(json)!;
        Assert.Equal(Encoding.UTF8.GetString(presentation.ToJson()), Encoding.UTF8.GetString(Read(Encoding.UTF8.GetString(presentation.ToJson()))!.ToJson()));
    }

    [Theory]
    [InlineData("""{"input":{"kind":"picture","tensor":"image"},"output":{"kind":"speech","tensor":"p"}}""", PresentationErrors.Malformed)]
    [InlineData("""{"input":{"kind":"smell","tensor":"image"},"output":{"kind":"speech","tensor":"p"}}""", PresentationErrors.Malformed)]
    [InlineData("""{"input":{"tensor":"image"},"output":{"kind":"speech","tensor":"p"}}""", PresentationErrors.Malformed)]
    [InlineData("""{"input":null,"output":{"kind":"speech","tensor":"p"}}""", PresentationErrors.Malformed)]
    [InlineData("null", PresentationErrors.Malformed)]
    [InlineData("{", PresentationErrors.Malformed)]
    [InlineData("""{"input":{"kind":"table","tensor":"f","features":["x"],"more":1},"output":{"kind":"speech","tensor":"p"}}""", PresentationErrors.Malformed)]
    [InlineData("""{"input":{"kind":"table","tensor":"f","tensor":"g","features":["x"]},"output":{"kind":"speech","tensor":"p"}}""", PresentationErrors.Malformed)]
    [InlineData("""{"input":{"kind":"table","tensor":"f","features":["x","x"]},"output":{"kind":"speech","tensor":"p"}}""", PresentationErrors.Value)]
    [InlineData("""{"input":{"kind":"table","tensor":"f","features":["x",null]},"output":{"kind":"speech","tensor":"p"}}""", PresentationErrors.Value)]
    [InlineData("""{"input":{"kind":"table","tensor":"f","features":[]},"output":{"kind":"speech","tensor":"p"}}""", PresentationErrors.Value)]
    [InlineData("""{"input":{"kind":"sound","tensor":"f","rate":16000,"chunk":0,"context":0,"states":[]},"output":{"kind":"speech","tensor":"p"}}""", PresentationErrors.Value)]
    [InlineData("""{"input":{"kind":"sound","tensor":"f","rate":16000,"chunk":5,"context":0,"states":[null]},"output":{"kind":"speech","tensor":"p"}}""", PresentationErrors.Value)]
    [InlineData("""{"input":{"kind":"picture","tensor":"i","layout":"chw","colour":"rgb","fit":"stretch","black":[0,0],"white":[1]},"output":{"kind":"speech","tensor":"p"}}""", PresentationErrors.Value)]
    [InlineData("""{"input":{"kind":"picture","tensor":"i","layout":7,"colour":"rgb","fit":"stretch","black":[0],"white":[1]},"output":{"kind":"speech","tensor":"p"}}""", PresentationErrors.Value)]
    public void WhatIsWrong_IsRefused(string json, string code)
    {
        Assert.Null(ModelPresentation.TryParse(Encoding.UTF8.GetBytes(json), out (string Code, string Message)? error));
        Assert.Equal(code, error!.Value.Code);
    }

    [Fact]
    public void Mutated_NeverThrows()
    {
        FuzzSummary summary = FuzzRun.Run([.. new[] { Face, Voice, Risk }.Select(Encoding.UTF8.GetBytes)], static bytes =>
        {
            ModelPresentation? presentation = ModelPresentation.TryParse(bytes, out (string Code, string Message)? error);
            Assert.True(presentation is null == error is not null);
            presentation?.Mismatch(new Dictionary<string, ImmutableArray<int>> { ["image"] = [3, 128, 128] }, new Dictionary<string, ImmutableArray<int>> { ["a"] = [512] });
            return presentation is not null;
        }, oneOf: 4);
        Assert.True(summary.Accepted > 0 && summary.Refused > 0);
    }

    [Fact]
    public void AModelOfAnotherShape_IsNamed()
    {
        Dictionary<string, ImmutableArray<int>> outputs = new() { ["a"] = [512], ["b"] = [384], ["c"] = [512, 16], ["d"] = [384, 16], ["p"] = [2] };
        Assert.Null(Read(Face)!.Mismatch(new Dictionary<string, ImmutableArray<int>> { ["image"] = [3, 128, 128] }, outputs));
        Assert.Contains("picture", Read(Face)!.Mismatch(new Dictionary<string, ImmutableArray<int>> { ["image"] = [1, 128, 128] }, outputs), StringComparison.Ordinal);
        Assert.Contains("128x128", Read(Face)!.Mismatch(new Dictionary<string, ImmutableArray<int>> { ["image"] = [3, 64, 64] }, outputs), StringComparison.Ordinal);
        Assert.Contains("no input 'image'", Read(Face)!.Mismatch(new Dictionary<string, ImmutableArray<int>> { ["x"] = [3, 128, 128] }, outputs), StringComparison.Ordinal);
        Assert.Contains("4096", Read(Face)!.Mismatch(new Dictionary<string, ImmutableArray<int>> { ["image"] = [3, 5000, 128] }, outputs), StringComparison.Ordinal);
        Assert.Contains("3 elements and 2 features", Read(Risk)!.Mismatch(new Dictionary<string, ImmutableArray<int>> { ["f"] = [3] }, outputs), StringComparison.Ordinal);
        Assert.Contains("2 inputs", Read(Risk)!.Mismatch(new Dictionary<string, ImmutableArray<int>> { ["f"] = [2], ["g"] = [1] }, outputs), StringComparison.Ordinal);
        outputs = new() { ["p"] = [1], ["h_next"] = [128] };
        Assert.Null(Read(Voice)!.Mismatch(new Dictionary<string, ImmutableArray<int>> { ["audio"] = [576], ["h"] = [128] }, outputs));
        Assert.Contains("'h'", Read(Voice)!.Mismatch(new Dictionary<string, ImmutableArray<int>> { ["audio"] = [576], ["h"] = [64] }, outputs), StringComparison.Ordinal);
    }

    private static ModelPresentation? Read(string json)
    {
        ModelPresentation? presentation = ModelPresentation.TryParse(Encoding.UTF8.GetBytes(json), out (string Code, string Message)? error);
        Assert.Null(error);
        return presentation;
    }
}
