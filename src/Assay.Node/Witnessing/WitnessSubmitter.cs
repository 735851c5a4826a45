using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Assay.Log;
using Assay.Primitives;
using Assay.Primitives.Notes;

namespace Assay.Node.Witnessing;

/// <summary>
/// Submits checkpoints to one witness (C2SP tlog-witness). It trusts the witness for nothing: what it sends is published only
/// if it verifies, and its word about sizes only chooses the proof. For one caller at a time; the status is for any thread.
/// </summary>
internal sealed class WitnessSubmitter(WitnessEndpoint witness, TiledLog log, HttpClient http, TimeSpan timeout)
{
    private ulong _oldSize;
    private WitnessStatus _status = new(witness.Key, 0, 0, 0, null);

    /// <summary>How it goes.</summary>
    public WitnessStatus Status => Volatile.Read(ref _status);

    /// <summary>Submits a checkpoint.</summary>
    /// <returns>Null, or a code of <see cref="SubmissionErrors"/>. Throws only when cancelled.</returns>
    public async Task<string?> SubmitAsync(LogCheckpoint checkpoint, CancellationToken cancellation)
    {
        string? error;
        using (CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation))
        {
            limit.CancelAfter(timeout);
            try
            {
                error = await TryAsync(checkpoint, limit.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
            {
                error = SubmissionErrors.Timeout;
            }
            catch (Exception e) when (e is HttpRequestException or IOException)
            {
                error = SubmissionErrors.Unreachable;
            }
            catch (LogException)
            {
                error = SubmissionErrors.Storage;
            }
        }

        WitnessStatus old = _status;
        Volatile.Write(ref _status, error is null
            ? old with { Size = checkpoint.Size, Cosigned = old.Cosigned + 1, Error = null }
            : old with { Failed = old.Failed + 1, Error = error });
        return error;
    }

    private async Task<string?> TryAsync(LogCheckpoint checkpoint, CancellationToken cancellation)
    {
        SignedNote note = SignedNote.TryParse(checkpoint.Note.Span, out _)!;

        // A witness says at most once which size it has; one that changes its mind within a submission is none to talk to.
        for (int attempt = 0; attempt < 2; attempt++)
        {
            if (_oldSize > checkpoint.Size)
            {
                return SubmissionErrors.RolledBack;
            }

            IReadOnlyList<Digest32> proof = log.GetConsistencyProof(_oldSize, checkpoint.Size)!;
            using HttpRequestMessage request = new(HttpMethod.Post, new Uri(witness.Url, "add-checkpoint"))
            {
                Content = new ByteArrayContent(new AddCheckpointRequest(_oldSize, proof, note).Encode()) { Headers = { ContentType = new MediaTypeHeaderValue("text/plain") } },
            };
            using HttpResponseMessage response = await http.SendAsync(request, cancellation).ConfigureAwait(false);
            byte[] body = await response.Content.ReadAsByteArrayAsync(cancellation).ConfigureAwait(false);
            switch (response.StatusCode)
            {
                case HttpStatusCode.OK:
                    return await TakeAsync(checkpoint, body, cancellation).ConfigureAwait(false);
                case HttpStatusCode.Conflict when TryReadSize(response.Content.Headers.ContentType, body, out ulong size):
                    _oldSize = size;
                    break;
                case HttpStatusCode.UnprocessableEntity or HttpStatusCode.Conflict:
                    return SubmissionErrors.Inconsistent;
                case HttpStatusCode.Forbidden or HttpStatusCode.NotFound or HttpStatusCode.BadRequest:
                    return SubmissionErrors.Refused;
                default:
                    return SubmissionErrors.Reply;
            }
        }

        return _oldSize > checkpoint.Size ? SubmissionErrors.RolledBack : SubmissionErrors.Reply;
    }

    private async Task<string?> TakeAsync(LogCheckpoint checkpoint, byte[] body, CancellationToken cancellation)
    {
        NoteSignature? line = NoteSignature.TryParseLines(body, out _)?
            .FirstOrDefault(line => line.KeyId == witness.Key.KeyId && line.Name == witness.Key.Name);
        if (line is null || await log.AddCosignatureAsync(checkpoint, witness.Key, line, cancellation).ConfigureAwait(false) != CheckResult.Pass)
        {
            return SubmissionErrors.BadCosignature;
        }

        _oldSize = checkpoint.Size;
        return null;
    }

    private static bool TryReadSize(MediaTypeHeaderValue? type, byte[] body, out ulong size)
    {
        size = 0;
        return type?.MediaType == "text/x.tlog.size"
            && body.Length is > 1 and <= 20
            && ulong.TryParse(System.Text.Encoding.ASCII.GetString(body).TrimEnd('\n'), NumberStyles.None, CultureInfo.InvariantCulture, out size);
    }
}
