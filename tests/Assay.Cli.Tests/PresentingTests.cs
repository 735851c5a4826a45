using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text;
using System.Xml.Linq;
using Assay.Cli.Presenting;
using Assay.Client;
using Assay.Media.Images;
using Assay.Media.Sound;
using Assay.Media.Tables;
using Assay.Models.Presentation;
using Assay.Models.Tasks;
using Assay.Receipts;
using Assay.Testing;

namespace Assay.Cli.Tests;

/// <summary>From files to requests and from answers to tables and drawings, with nodes that answer as they are told.</summary>
public sealed class PresentingTests
{
    private const string FaceMetadata = """
        {"name":"face","inputs":[{"name":"image","datatype":"FP32","shape":[-1,3,128,128]}],
         "outputs":[{"name":"a","shape":[-1,512]},{"name":"b","shape":[-1,384]},{"name":"c","shape":[-1,512,16]},{"name":"d","shape":[-1,384,16]}],
         "presentation":{"input":{"kind":"picture","tensor":"image","layout":"chw","colour":"rgb","fit":"letterbox","black":[0],"white":[255],"fill":0},
                         "output":{"kind":"faces","fine_scores":"a","coarse_scores":"b","fine_values":"c","coarse_values":"d"}}}
        """;

    private const string VoiceMetadata = """
        {"name":"voice","inputs":[{"name":"audio","shape":[-1,576]},{"name":"h","shape":[-1,3]}],"outputs":[{"name":"p","shape":[-1,1]},{"name":"h_next","shape":[-1,3]}],
         "presentation":{"input":{"kind":"sound","tensor":"audio","rate":16000,"chunk":512,"context":64,"states":[{"input":"h","output":"h_next"}],"scale":32768},"output":{"kind":"speech","tensor":"p"}}}
        """;

    private const string TableMetadata = """
        {"name":"t","inputs":[{"name":"f","shape":[-1,2]}],"outputs":[{"name":"p","shape":[-1,2]}],
         "presentation":{"input":{"kind":"table","tensor":"f","features":["x","y"]},"output":{"kind":"classes","tensor":"p","labels":["=bad()","good"]}}}
        """;

    [Fact]
    public void Table_GoesInBatches_AndComesBackWithAnswersAndReceipts()
    {
        NodeModel model = Model(TableMetadata);
        CsvTable table = CsvTable.TryRead("y,x\n10,1\n20,2\n30,3\n"u8.ToArray(), out _)!;
        TableInput input = (TableInput)model.Presentation!.Input;
        TableConversation conversation = new(model, input, table, table.TryNumbers(input.Features, out _)!, 2);
        TensorValue first = Assert.Single(conversation.Next(null)!);
        Assert.Equal([2, 2], first.Shape.ToArray());
        Assert.Equal([1f, 10f, 2f, 20f], Floats(first));
        Assert.Equal([3f, 30f], Floats(Assert.Single(conversation.Next([])!)));
        Assert.Null(conversation.Next([]));
        ShownResult shown = conversation.Show([new("r1", [Tensor("p", [2, 2], 0.9f, 0.1f, 0.2f, 0.8f)]), new("r2", [Tensor("p", [1, 2], 0f, 1f)])]);
        Assert.Equal("y,x,answer,_=bad(),good,receipt\n10,1,_=bad(),0.9,0.1,r1\n20,2,good,0.2,0.8,r1\n30,3,good,0,1,r2\n", shown.Csv.Write());
        Assert.Equal("outputs_mismatch", Assert.Throws<NodeException>(() => conversation.Show([new("r1", [Tensor("p", [1, 2], 0, 1)]), new("r2", [])])).Code);
    }

    [Fact]
    public void Sound_CarriesItsState_AndShowsWhenSomebodySpeaks()
    {
        NodeModel model = Model(VoiceMetadata);
        float[] samples = [.. Enumerable.Range(0, 16_000).Select(static i => i / 32_768f)];
        Clip clip = new(16_000, samples);
        SoundConversation conversation = new(model, (SoundInput)model.Presentation!.Input, clip, clip, 1);
        Assert.Equal(32, conversation.Requests);
        List<Answered> answers = [];
        IReadOnlyList<TensorValue>? last = null;
        while (conversation.Next(last) is { } tensors)
        {
            int chunk = answers.Count;
            float[] audio = Floats(tensors[0]);
            for (int i = 0; i < 576; i++)
            {
                int at = chunk * 512 - 64 + i;
                Assert.Equal(at is >= 0 and < 16_000 ? at : 0, audio[i]);
            }

            Assert.Equal([chunk, 2 * chunk, 3 * chunk], Floats(tensors[1]));
            last = [Tensor("p", [1, 1], chunk is >= 10 and < 20 ? 0.97f : 0.02f), Tensor("h_next", [1, 3], chunk + 1, 2 * (chunk + 1), 3 * (chunk + 1))];
            answers.Add(new($"r{chunk}", last));
        }

        Assert.Equal(32, answers.Count);
        ShownResult shown = conversation.Show(answers);
        string[] segment = Assert.Single(shown.Table.Rows);
        Assert.Equal(["0.290", "0.670"], segment);
        Assert.Equal(32, shown.Csv.Rows.Count);
        Assert.Equal(["0.320", "0.97", "r10"], shown.Csv.Rows[10]);
        Assert.Contains("|          ██████████            |", string.Join('\n', shown.Lines), StringComparison.Ordinal);
        Assert.Equal("outputs_mismatch", Assert.Throws<NodeException>(() => new SoundConversation(model, (SoundInput)model.Presentation.Input, clip, clip, 1).Next([Tensor("h_next", [1, 2], 0, 0)])).Code);
    }

    [Fact]
    public void Face_BoxesAreThePicturesOwn_AndTheDrawingIsPlainXml()
    {
        NodeModel model = Model(FaceMetadata) with { Name = "face<script>&\"" };
        Picture picture = ImageReader.TryRead(Encoding.ASCII.GetBytes("P5 256 128 255\n" + new string('x', 256 * 128)), out _)!;
        PictureConversation conversation = new(model, (PictureInput)model.Presentation!.Input, picture);
        Assert.Equal(3 * 128 * 128, Floats(Assert.Single(conversation.Next(null)!)).Length);
        Assert.Null(conversation.Next([]));

        // The cell in the middle, right below it: anchor (8, 8) of the fine grid is at 68/128 of the square.
        float[] scores = [.. Enumerable.Repeat(-100f, 512)], values = new float[512 * 16];
        int anchor = 2 * (8 * 16 + 8);
        scores[anchor] = 4;
        values[16 * anchor + 2] = values[16 * anchor + 3] = 32;
        Answered answer = new("0190-receipt", [Tensor("a", [1, 512], scores), Tensor("b", [1, 384], [.. Enumerable.Repeat(-100f, 384)]), Tensor("c", [1, 512, 16], values), Tensor("d", [1, 384, 16], new float[384 * 16])]);
        ShownResult shown = conversation.Show([answer]);

        // 256 pixels in 128 places: twice as large, and the bars above and below are 64 pixels.
        Assert.Equal(["1", "104.0", "40.0", "64.0", "64.0", "0.982"], Assert.Single(shown.Table.Rows));
        XDocument svg = XDocument.Parse(Encoding.UTF8.GetString(shown.File!.Value.Bytes));
        Assert.All(svg.Descendants(), static e => Assert.Contains(e.Name.LocalName, (string[])["svg", "title", "image", "rect", "circle", "text"]));
        Assert.All(svg.Descendants().Attributes(), static a => Assert.False(a.Name.LocalName.StartsWith("on", StringComparison.OrdinalIgnoreCase)));
        Assert.StartsWith("data:image/png;base64,", svg.Descendants().Attributes().Single(static a => a.Name.LocalName == "href").Value, StringComparison.Ordinal);
        Assert.Contains("0190-receipt", svg.Root!.Elements().Last().Value, StringComparison.Ordinal);
        Assert.Equal(FaceDetector.PointNames.Length, svg.Descendants().Count(static e => e.Name.LocalName == "circle"));
        Assert.Contains("outside the receipt", shown.Binding, StringComparison.Ordinal);
    }

    [Fact]
    public void HostileMetadata_AreRefusedByName()
    {
        Assert.Equal("client/reply", Assert.Throws<NodeException>(() => Model(TableMetadata.Replace("[-1,2]", "[-1,2000000000,2000000000]", StringComparison.Ordinal))).Code);
        Assert.Equal("client/reply", Assert.Throws<NodeException>(() => Model("{}")).Code);
        Assert.Equal(PresentationErrors.Mismatch, Assert.Throws<NodeException>(() => Model(TableMetadata.Replace("\"y\"", "\"y\",\"z\"", StringComparison.Ordinal))).Code);
        Assert.Equal(PresentationErrors.Malformed, Assert.Throws<NodeException>(() => Model(TableMetadata.Replace("features", "futures", StringComparison.Ordinal))).Code);
        Mutator mutator = new(7, [.. new[] { FaceMetadata, VoiceMetadata, TableMetadata }.Select(Encoding.UTF8.GetBytes)]);
        for (int i = 0; i < 3000; i++)
        {
            try
            {
                NodeModel.Parse("m", mutator.Next());
            }
            catch (NodeException)
            {
                // What is expected of it.
            }
        }
    }

    private static NodeModel Model(string metadata) => NodeModel.Parse("m", Encoding.UTF8.GetBytes(metadata));

    private static TensorValue Tensor(string name, ImmutableArray<int> shape, params float[] values) => TensorValue.Create(name, shape, MemoryMarshal.AsBytes(values.AsSpan()).ToArray());

    private static float[] Floats(TensorValue tensor) => MemoryMarshal.Cast<byte, float>(tensor.Data.Span).ToArray();
}
