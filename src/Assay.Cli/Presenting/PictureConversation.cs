using System.Collections.Immutable;
using System.Globalization;
using Assay.Media.Images;
using Assay.Media.Tables;
using Assay.Models.Presentation;
using Assay.Models.Tasks;
using Assay.Receipts;

namespace Assay.Cli.Presenting;

/// <summary>One picture, one request; boxes, classes or numbers.</summary>
internal sealed class PictureConversation(NodeModel model, PictureInput input, Picture picture) : Conversation
{
    private const int TopClasses = 5;

    internal override IReadOnlyList<TensorValue>? Next(IReadOnlyList<TensorValue>? outputs)
    {
        ImmutableArray<int> shape = model.Inputs[input.Tensor];
        return outputs is not null ? null : [Item(input.Tensor, shape, 1, PictureTensor.Make(picture, input, shape))];
    }

    internal override ShownResult Show(IReadOnlyList<Answered> answers)
    {
        Answered answer = answers[0];
        string receipt = answer.Receipt;
        return model.Presentation!.Output switch
        {
            FacesOutput faces => Faces(answer, faces, receipt),
            ClassesOutput classes => Classes(answer.Values(classes.Tensor, classes.Labels.Length), classes, receipt),
            OutputPresentation output => Numbers(answer, new ItemColumns(output), receipt),
        };
    }

    private string Binding => $"Decoding and resizing the picture ({picture.Width}x{picture.Height}) is outside the receipt; the tensor [1,{string.Join(',', model.Inputs[input.Tensor])}] made of it is in it.";

    private ShownResult Faces(Answered answer, FacesOutput output, string receipt)
    {
        ImmutableArray<FaceDetection> found = FaceDetector.Detect(
            answer.Values(output.FineScores, FaceDetector.FineAnchors), answer.Values(output.CoarseScores, FaceDetector.CoarseAnchors),
            answer.Values(output.FineValues, FaceDetector.FineAnchors * FaceDetector.ValuesPerAnchor), answer.Values(output.CoarseValues, FaceDetector.CoarseAnchors * FaceDetector.ValuesPerAnchor));
        if (input.Fit == PictureFit.Letterbox)
        {
            Letterbox box = new(picture.Width, picture.Height);
            found = [.. found.Select(box.ToPicture)];
        }

        string[][] rows = [.. found.Select((f, i) => (string[])[
            (i + 1).ToString(CultureInfo.InvariantCulture), Pixels(f.Box.X * picture.Width), Pixels(f.Box.Y * picture.Height),
            Pixels(f.Box.Width * picture.Width), Pixels(f.Box.Height * picture.Height), f.Score.ToString("0.000", CultureInfo.InvariantCulture)])];
        string[] columns = ["face", "x", "y", "w", "h", "score"];
        string count = found.Length switch { 0 => "no face found", 1 => "1 face", _ => $"{found.Length} faces" };
        return new ShownResult(
            [$"{count}, in pixels of the picture ({picture.Width}x{picture.Height}):"],
            new CsvTable(columns, rows),
            new CsvTable([.. columns, "receipt"], [.. rows.Select(row => (string[])[.. row, receipt])]),
            Binding)
        {
            File = ($"{model.Name}.svg", FaceSvg.Write(picture, found, model.Name, receipt)),
        };
    }

    private ShownResult Classes(ReadOnlySpan<float> scores, ClassesOutput output, string receipt)
    {
        float[] values = scores.ToArray();
        string[][] rows = [.. Enumerable.Range(0, values.Length).OrderByDescending(i => values[i]).Select(i => (string[])[
            ItemColumns.Plain(output.Labels[i]), values[i].ToString("0.####", CultureInfo.InvariantCulture)])];
        string[] columns = ["answer", "score"];
        return new ShownResult(
            values.Length > TopClasses ? [$"the {TopClasses} best of {values.Length} classes ('{output.Tensor}'):"] : [$"'{output.Tensor}':"],
            new CsvTable(columns, [.. rows.Take(TopClasses)]),
            new CsvTable([.. columns, "receipt"], [.. rows.Select(row => (string[])[.. row, receipt])]),
            Binding);
    }

    private ShownResult Numbers(Answered answer, ItemColumns columns, string receipt)
    {
        string[] row = [.. columns.Cells(answer.Values(columns.Tensor, columns.Width))];
        return new ShownResult([], new CsvTable(columns.Names, [row]), new CsvTable([.. columns.Names, "receipt"], [[.. row, receipt]]), Binding);
    }

    private static string Pixels(double value) => value.ToString("0.0", CultureInfo.InvariantCulture);
}
