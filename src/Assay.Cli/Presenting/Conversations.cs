using Assay.Cli.Console;
using Assay.Media;
using Assay.Media.Images;
using Assay.Media.Sound;
using Assay.Media.Tables;
using Assay.Models.Presentation;

namespace Assay.Cli.Presenting;

/// <summary>From a file to a conversation, as the model's presentation says.</summary>
internal static class Conversations
{
    private const int MostRequests = 20_000;

    /// <param name="model">What the node says about it.</param>
    /// <param name="file">A picture, a table or sound.</param>
    /// <param name="row">Only this row of a table, from 0.</param>
    /// <param name="batch">Most items in a request.</param>
    /// <param name="cancellation">Ends the reading.</param>
    internal static async Task<Conversation> OpenAsync(NodeModel model, FileInfo file, int? row, int batch, CancellationToken cancellation)
    {
        InputPresentation input = model.Presentation?.Input
            ?? throw new CliException(ExitCodes.CannotEvaluate, "model/no-presentation", $"'{model.Name}' doesn't say how {file.Name} would become its input.", "Send a .npy array or a .json request body; docs/media.md says what its publisher adds to model.json.");
        if (row is not null && input is not TableInput)
        {
            throw CliException.Usage("--row goes with a .npy array or a table.");
        }

        if (file.Exists && file.Length > MediaLimits.Default.FileBytes)
        {
            throw Failure(file, new MediaError(MediaErrors.TooLarge, $"It has {file.Length:N0} bytes; the most are {MediaLimits.Default.FileBytes:N0}."));
        }

        byte[] bytes = await File.ReadAllBytesAsync(file.FullName, cancellation).ConfigureAwait(false);
        if ((ImageReader.IsImage(bytes), WavReader.IsWav(bytes), input) is (true, _, not PictureInput) or (_, true, not SoundInput))
        {
            throw Failure(file, new MediaError("media/kind", $"It is {(WavReader.IsWav(bytes) ? "sound" : "a picture")}; '{model.Name}' takes {Kind(input)}."));
        }

        return input switch
        {
            PictureInput picture => new PictureConversation(model, picture, ImageReader.TryRead(bytes, out MediaError? error) ?? throw Failure(file, error!)),
            TableInput table => Table(model, table, file, bytes, row, batch),
            SoundInput sound => Sound(model, sound, file, bytes, batch),
            _ => throw new InvalidOperationException($"{input.GetType().Name} isn't a kind of input"),
        };
    }

    private static TableConversation Table(NodeModel model, TableInput input, FileInfo file, byte[] bytes, int? row, int batch)
    {
        CsvTable table = CsvTable.TryRead(bytes, out MediaError? error) ?? throw Failure(file, error!);
        if (row is { } index)
        {
            table = index >= 0 && index < table.Rows.Count ? new CsvTable(table.Columns, [table.Rows[index]]) : throw CliException.Usage($"--row {index}: the table has rows 0 to {table.Rows.Count - 1}.");
        }

        float[] numbers = table.TryNumbers(input.Features, out error) ?? throw Failure(file, error!);
        return new TableConversation(model, input, table, numbers, batch);
    }

    private static SoundConversation Sound(NodeModel model, SoundInput input, FileInfo file, byte[] bytes, int batch)
    {
        Clip clip = WavReader.TryRead(bytes, out MediaError? error) ?? throw Failure(file, error!);
        Clip converted = Resampler.TryConvert(clip, input.Rate)
            ?? throw Failure(file, new MediaError(MediaErrors.TooLarge, $"At {input.Rate} samples a second it has more than {MediaLimits.Default.Samples:N0}.", "Cut it into pieces."));
        SoundConversation conversation = new(model, input, converted, clip, batch);
        return conversation.Requests <= MostRequests ? conversation
            : throw Failure(file, new MediaError(MediaErrors.TooLarge, $"Its {converted.Seconds:0} s would take {conversation.Requests:N0} requests; the most are {MostRequests:N0}.", "Cut it into pieces."));
    }

    private static string Kind(InputPresentation input) => input switch { PictureInput => "a picture", TableInput => "a table (CSV)", _ => "sound (WAV)" };

    private static CliException Failure(FileInfo file, MediaError error) => new(ExitCodes.CannotEvaluate, error.Code, $"{file.Name}: {error.Message}", error.Nearest);
}
