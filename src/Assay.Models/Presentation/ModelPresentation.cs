using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text.Json;
using Assay.Models.Tasks;

namespace Assay.Models.Presentation;

/// <summary>
/// How what people have (a picture, a table's rows, sound) becomes a model's input, and how its output is shown. It
/// belongs to the model, is stored with it and served with its metadata. It is no part of any claim: receipts bind
/// tensors, not the picture that they were made of.
/// </summary>
/// <param name="Input">What goes in.</param>
/// <param name="Output">What comes out.</param>
public sealed record ModelPresentation(InputPresentation Input, OutputPresentation Output)
{
    /// <summary>Longest JSON that is read.</summary>
    public const int MaxBytes = 1 << 18;

    private const int MaxName = 256;
    private const int MaxStates = 16;
    private const int MaxSide = 4096;

    /// <summary>Reads it strictly: unknown, repeated and missing members are refused. Never throws on hostile bytes.</summary>
    /// <param name="json">UTF-8.</param>
    /// <param name="error">A code of <see cref="PresentationErrors"/> and what is wrong.</param>
    public static ModelPresentation? TryParse(ReadOnlySpan<byte> json, out (string Code, string Message)? error)
    {
        ModelPresentation? presentation = null;
        error = null;
        try
        {
            if (json.Length <= MaxBytes)
            {
                presentation = JsonSerializer.Deserialize(json, PresentationJson.Default.ModelPresentation);
            }
        }
        catch (Exception e) when (e is JsonException or NotSupportedException or InvalidOperationException)
        {
            // Members of unknown kinds are reported as "not supported".
            error = (PresentationErrors.Malformed, e.Message);
            return null;
        }

        if (presentation is null)
        {
            error = (PresentationErrors.Malformed, $"it is null, or longer than {MaxBytes} bytes");
        }
        else if (presentation.Problem() is { } problem)
        {
            error = (PresentationErrors.Value, problem);
        }

        return error is null ? presentation : null;
    }

    /// <summary>Reads a model card's section <c>presentation</c>; null without an error if it has none.</summary>
    /// <param name="card">A card's bytes: strict JSON, an object.</param>
    /// <param name="error">As of <see cref="TryParse"/>.</param>
    public static ModelPresentation? TryReadCard(ReadOnlyMemory<byte> card, out (string Code, string Message)? error)
    {
        error = null;
        try
        {
            using JsonDocument json = JsonDocument.Parse(card);
            return json.RootElement.TryGetProperty("presentation", out JsonElement section) ? TryParse(JsonMarshal.GetRawUtf8Value(section), out error) : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            error = (PresentationErrors.Malformed, "the card isn't a JSON object");
            return null;
        }
    }

    /// <summary>UTF-8 JSON in one line, members in the order of the records.</summary>
    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, PresentationJson.Default.ModelPresentation);

    /// <summary>What doesn't fit a model with these tensors (shapes of one item); null if all does.</summary>
    public string? Mismatch(IReadOnlyDictionary<string, ImmutableArray<int>> inputs, IReadOnlyDictionary<string, ImmutableArray<int>> outputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(outputs);
        return inputs.Values.Any(static shape => shape.Any(static d => d < 1)) ? "its inputs aren't of one size"
            : InputMismatch(inputs, outputs) ?? OutputMismatch(inputs, outputs);
    }

    private string? InputMismatch(IReadOnlyDictionary<string, ImmutableArray<int>> inputs, IReadOnlyDictionary<string, ImmutableArray<int>> outputs)
    {
        if (!inputs.TryGetValue(Input.Tensor, out ImmutableArray<int> shape))
        {
            return $"there is no input '{Input.Tensor}', but {string.Join(", ", inputs.Keys)}";
        }

        int fed = 1;
        switch (Input)
        {
            case PictureInput picture when picture.SizeOf(shape) is not ({ } width, { } height):
                return $"input '{Input.Tensor}' [{string.Join(",", shape)}] isn't a {picture.Colour} picture in the order {picture.Layout}".ToLowerInvariant();
            case PictureInput picture when picture.SizeOf(shape) is ( > MaxSide, _) or (_, > MaxSide):
                return $"input '{Input.Tensor}' is larger than {MaxSide}x{MaxSide}";
            case TableInput table when Count(shape) != table.Features.Length:
                return $"input '{Input.Tensor}' has {Count(shape)} elements and {table.Features.Length} features";
            case SoundInput sound when Count(shape) != (long)sound.Context + sound.Chunk:
                return $"input '{Input.Tensor}' has {Count(shape)} elements; context and chunk make {(long)sound.Context + sound.Chunk}";
            case SoundInput sound:
                foreach (StatePair state in sound.States)
                {
                    if (!inputs.TryGetValue(state.Input, out ImmutableArray<int> before) || !outputs.TryGetValue(state.Output, out ImmutableArray<int> after)
                        || !before.AsSpan().SequenceEqual(after.AsSpan()))
                    {
                        return $"state '{state.Input}' and '{state.Output}' aren't an input and an output of the same shape";
                    }
                }

                fed += sound.States.Length;
                break;
        }

        return inputs.Count == fed ? null : $"the model has {inputs.Count} inputs and {fed} of them are filled";
    }

    private string? OutputMismatch(IReadOnlyDictionary<string, ImmutableArray<int>> inputs, IReadOnlyDictionary<string, ImmutableArray<int>> outputs)
    {
        string? Of(string tensor, long count) => !outputs.TryGetValue(tensor, out ImmutableArray<int> shape)
            ? $"there is no output '{tensor}', but {string.Join(", ", outputs.Keys)}"
            : Count(shape) == count ? null : $"output '{tensor}' has {Count(shape)} elements, not {count}";
        return Output switch
        {
            ClassesOutput classes => Of(classes.Tensor, classes.Labels.Length),
            NumbersOutput numbers => Of(numbers.Tensor, numbers.Names.Length),
            FacesOutput when Input is not PictureInput { Fit: not PictureFit.Height } picture
                || picture.SizeOf(inputs[picture.Tensor]) != (FaceDetector.InputSize, FaceDetector.InputSize) =>
                $"faces are found in pictures of {FaceDetector.InputSize}x{FaceDetector.InputSize}, stretched or letterboxed",
            FacesOutput faces => Of(faces.FineScores, FaceDetector.FineAnchors) ?? Of(faces.CoarseScores, FaceDetector.CoarseAnchors)
                ?? Of(faces.FineValues, FaceDetector.FineAnchors * FaceDetector.ValuesPerAnchor) ?? Of(faces.CoarseValues, FaceDetector.CoarseAnchors * FaceDetector.ValuesPerAnchor),
            SpeechOutput when Input is not SoundInput { Rate: VoiceActivity.SampleRate, Chunk: VoiceActivity.ChunkSamples } =>
                $"speech is found in sound of {VoiceActivity.SampleRate} samples a second, {VoiceActivity.ChunkSamples} a chunk",
            SpeechOutput speech => Of(speech.Tensor, 1),
            _ => null,
        };
    }

    private string? Problem()
    {
        IEnumerable<string> names = [Input.Tensor, .. InputNames(), .. OutputNames()];
        if (names.Any(static n => n is null || n.Length is 0 or > MaxName))
        {
            return $"a name is empty or longer than {MaxName} characters";
        }

        string? problem = Input switch
        {
            PictureInput picture => PictureProblem(picture),
            TableInput table => Repeated(table.Features, "features"),
            SoundInput { Rate: < 1000 or > 384_000 } => "rate: 1000 to 384000 samples a second",
            SoundInput { Chunk: < 1 or > 1 << 20 } => "chunk: 1 to 1048576 samples",
            SoundInput sound when sound.Context < 0 || sound.Context > sound.Chunk => "context: 0 to as many samples as a chunk",
            SoundInput { Scale: not (> 0 and <= 1e9) } => "scale: above 0, at most 1000000000",
            SoundInput { States.Length: > MaxStates } => $"states: at most {MaxStates}",
            SoundInput sound => Repeated([sound.Tensor, .. sound.States.Select(static s => s.Input)], "inputs"),
            _ => null,
        };
        return problem ?? Output switch
        {
            ClassesOutput classes => Repeated(classes.Labels, "labels"),
            NumbersOutput numbers => Repeated(numbers.Names, "names"),
            _ => null,
        };
    }

    private static string? PictureProblem(PictureInput picture)
    {
        bool Fits(ImmutableArray<double> values) => !values.IsDefault && (values.Length == 1 || values.Length == picture.Channels) && values.All(static v => double.IsFinite(v) && Math.Abs(v) <= 1e30);
        return !Enum.IsDefined(picture.Layout) || !Enum.IsDefined(picture.Colour) || !Enum.IsDefined(picture.Fit) ? "layout, colour and fit are names"
            : !Fits(picture.Black) || !Fits(picture.White) ? "black and white: one number, or one for each channel"
            : picture.Fill is >= 0 and <= 255 ? null : "fill: 0 to 255";
    }

    private static string? Repeated(ImmutableArray<string> names, string what) =>
        names.IsEmpty || names.Distinct(StringComparer.Ordinal).Count() != names.Length ? $"{what}: at least one, and none twice" : null;

    private IEnumerable<string> InputNames() => Input switch
    {
        TableInput { Features.IsDefault: false } table => table.Features,
        SoundInput { States.IsDefault: false } sound => sound.States.SelectMany<StatePair, string>(static s => s is null ? [""] : [s.Input, s.Output]),
        PictureInput => [],
        _ => [""],
    };

    private IEnumerable<string> OutputNames() => Output switch
    {
        ClassesOutput { Labels.IsDefault: false } classes => [classes.Tensor, .. classes.Labels],
        NumbersOutput { Names.IsDefault: false } numbers => [numbers.Tensor, .. numbers.Names],
        FacesOutput faces => [faces.FineScores, faces.CoarseScores, faces.FineValues, faces.CoarseValues],
        SpeechOutput speech => [speech.Tensor],
        _ => [""],
    };

    private static long Count(ImmutableArray<int> shape) => shape.Aggregate(1L, static (product, d) => product > int.MaxValue ? product : product * d);
}
