using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Assay.Media.Sound;
using Assay.Media.Tables;
using Assay.Models.Presentation;
using Assay.Models.Tasks;
using Assay.Receipts;

namespace Assay.Cli.Presenting;

/// <summary>
/// Sound in chunks, one after the other, with a receipt each where a state is carried: it stands as output in one
/// receipt and as input in the next, so whoever holds both sees that nothing was changed in between.
/// </summary>
internal sealed class SoundConversation(NodeModel model, SoundInput input, Clip clip, Clip original, int batch) : Conversation
{
    private const string Steps = " ▁▂▃▄▅▆▇█";
    private const int TimelineWidth = 64;
    private readonly List<int> _items = [];
    private int _sent;

    private int Chunks => (int)(((long)clip.Samples.Length + input.Chunk - 1) / input.Chunk);

    /// <summary>How many requests it will be.</summary>
    internal int Requests => input.States.IsEmpty ? (Chunks + batch - 1) / batch : Chunks;

    internal override IReadOnlyList<TensorValue>? Next(IReadOnlyList<TensorValue>? outputs)
    {
        int items = Math.Min(input.States.IsEmpty ? batch : 1, Chunks - _sent);
        if (items == 0)
        {
            return null;
        }

        int width = input.Context + input.Chunk;
        float[] values = new float[items * width];
        for (int i = 0; i < items; i++)
        {
            Fill(_sent + i, values.AsSpan(i * width, width));
        }

        _sent += items;
        _items.Add(items);
        return
        [
            Item(input.Tensor, model.Inputs[input.Tensor], items, values),
            .. input.States.Select(state => State(state, outputs)),
        ];
    }

    internal override ShownResult Show(IReadOnlyList<Answered> answers)
    {
        ItemColumns columns = new(model.Presentation!.Output);
        List<string[]> rows = [], full = [];
        List<float> first = [];
        foreach ((Answered answer, int items) in answers.Zip(_items))
        {
            ReadOnlySpan<float> values = answer.Values(columns.Tensor, (long)items * columns.Width);
            for (int i = 0; i < items; i++)
            {
                ReadOnlySpan<float> item = values.Slice(i * columns.Width, columns.Width);
                string[] row = [Seconds((double)rows.Count * input.Chunk / input.Rate), .. columns.Cells(item)];
                first.Add(item[0]);
                rows.Add(row);
                full.Add([.. row, answer.Receipt]);
            }
        }

        List<string> lines = [$"{Seconds(clip.Seconds)} s of sound in {rows.Count} chunks of {Seconds((double)input.Chunk / input.Rate)} s{(original.Rate == clip.Rate ? "" : $"; resampled from {original.Rate} to {clip.Rate} a second")}"];
        CsvTable table = new(["start", .. columns.Names], rows);
        if (model.Presentation.Output is SpeechOutput)
        {
            ImmutableArray<VoiceSegment> segments = VoiceActivity.Segments(CollectionsMarshal.AsSpan(first), clip.Samples.Length);
            lines.AddRange(Timeline(first));
            lines.Add(segments.Length == 0 ? "nobody speaks" : $"{segments.Length} {(segments.Length == 1 ? "stretch" : "stretches")} of speech, in seconds:");
            table = new CsvTable(["start", "end"], [.. segments.Select(static s => (string[])[Seconds(s.StartSeconds), Seconds(s.EndSeconds)])]);
        }

        return new ShownResult(
            lines,
            table,
            new CsvTable(["start", .. columns.Names, "receipt"], full),
            $"Decoding {(original.Rate == clip.Rate ? "" : "and resampling ")}the sound, and what becomes of the numbers, is outside the receipts; each chunk's tensors{(input.States.IsEmpty ? "" : ", with the state that comes in and goes out,")} are in them.");
    }

    private void Fill(int chunk, Span<float> values)
    {
        long begin = (long)chunk * input.Chunk - input.Context;
        ReadOnlySpan<float> samples = clip.Samples.Span;
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = (ulong)(begin + i) < (ulong)samples.Length ? (float)(samples[(int)(begin + i)] * input.Scale) : 0;
        }
    }

    private TensorValue State(StatePair state, IReadOnlyList<TensorValue>? outputs)
    {
        ImmutableArray<int> shape = model.Inputs[state.Input];
        int count = shape.Aggregate(1, static (product, d) => product * d);
        return Item(state.Input, shape, 1, outputs is null ? new float[count] : Answered.Values(outputs, state.Output, count));
    }

    // The largest probability in each place, so that a short word isn't averaged away.
    private IEnumerable<string> Timeline(List<float> probabilities)
    {
        int width = Math.Min(TimelineWidth, probabilities.Count);
        StringBuilder line = new(width);
        for (int i = 0; i < width; i++)
        {
            int from = (int)((long)i * probabilities.Count / width), to = (int)((i + 1L) * probabilities.Count / width);
            float most = CollectionsMarshal.AsSpan(probabilities)[from];
            for (int j = from + 1; j < to; j++)
            {
                most = Math.Max(most, probabilities[j]);
            }

            line.Append(Steps[Math.Clamp((int)(most * Steps.Length), 0, Steps.Length - 1)]);
        }

        string end = Seconds(clip.Seconds) + " s";
        return [$"speech  |{line}|", $"        0{end.PadLeft(width + 1)}"];
    }

    private static string Seconds(double value) => value.ToString("0.000", CultureInfo.InvariantCulture);
}
