using System.Net;
using System.Security.Cryptography;
using Assay.Cli.Console;
using Assay.Primitives;

namespace Assay.Cli.Hub;

/// <summary>
/// Fetches a file whose digest is known. Its bytes go to a temporary file, bounded in length and time, and nobody reads them
/// before the digest is right. Whatever interrupts it, nothing is left: on Unix the file has no name from the start.
/// </summary>
internal sealed class PinnedDownload(long mostBytes, TimeSpan timeout, Action<string> note)
{
    private const int MaxRedirects = 5;

    /// <summary>Fetches; the stream is at its start and its file goes when it is closed.</summary>
    /// <exception cref="CliException">Codes <c>download/…</c>.</exception>
    internal async Task<FileStream> FetchAsync(Uri address, Digest32 expected, CancellationToken cancellation)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(timeout);
        FileStream? file = null;
        try
        {
            using SocketsHttpHandler handler = new() { AllowAutoRedirect = false, UseCookies = false, AutomaticDecompression = DecompressionMethods.None, ConnectTimeout = timeout };
            using HttpClient client = new(handler) { Timeout = Timeout.InfiniteTimeSpan };
            using HttpResponseMessage response = await FollowAsync(client, Allowed(address), limit.Token).ConfigureAwait(false);
            if (response.Content.Headers.ContentLength > mostBytes)
            {
                throw TooLarge();
            }

            file = Temporary();
            Digest32 actual = await CopyAsync(await response.Content.ReadAsStreamAsync(limit.Token).ConfigureAwait(false), file, limit.Token).ConfigureAwait(false);
            if (actual != expected)
            {
                throw PackageFile.Mismatch(address.ToString(), expected, actual);
            }

            file.Position = 0;
            FileStream checkedFile = file;
            file = null;
            return checkedFile;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw Failure("download/timeout", $"{address} didn't come within {timeout.TotalSeconds:0.#} seconds.", "--timeout allows more.");
        }
        catch (HttpRequestException e)
        {
            throw Failure("download/unreachable", $"{address} can't be fetched: {e.Message}");
        }
        catch (HttpIOException e)
        {
            throw Failure("download/truncated", $"{address} ended before it was whole: {e.Message}", "Try again.");
        }
        finally
        {
            if (file is not null)
            {
                await file.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    private async Task<HttpResponseMessage> FollowAsync(HttpClient client, Uri address, CancellationToken cancellation)
    {
        for (int redirects = 0; ; redirects++)
        {
            HttpResponseMessage response = await client.GetAsync(address, HttpCompletionOption.ResponseHeadersRead, cancellation).ConfigureAwait(false);
            if (response.IsSuccessStatusCode && response.StatusCode == HttpStatusCode.OK)
            {
                return response;
            }

            using (response)
            {
                bool moves = (int)response.StatusCode is 301 or 302 or 303 or 307 or 308;
                if (!moves || response.Headers.Location is not { } location)
                {
                    throw Failure("download/status", $"{address} answers {(int)response.StatusCode} {response.ReasonPhrase}.");
                }

                if (redirects == MaxRedirects)
                {
                    throw Failure("download/redirects", $"{address}: more than {MaxRedirects} redirects.");
                }

                Uri next = Allowed(new Uri(address, location));
                if (address.Scheme == Uri.UriSchemeHttps && next.Scheme != Uri.UriSchemeHttps)
                {
                    throw Failure("download/redirects", $"{address} leads from https to {next}.");
                }

                note($"{address} leads to {next}");
                address = next;
            }
        }
    }

    private async Task<Digest32> CopyAsync(Stream body, FileStream file, CancellationToken cancellation)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] buffer = new byte[1 << 16];
        for (long total = 0; ;)
        {
            int read = await body.ReadAsync(buffer, cancellation).ConfigureAwait(false);
            if (read == 0)
            {
                return Digest32.From(hash.GetHashAndReset());
            }

            total += read;
            if (total > mostBytes)
            {
                throw TooLarge();
            }

            hash.AppendData(buffer, 0, read);
            await file.WriteAsync(buffer.AsMemory(0, read), cancellation).ConfigureAwait(false);
        }
    }

    private static FileStream Temporary()
    {
        string path = Path.Combine(Path.GetTempPath(), $"assay-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16))}");
        FileStreamOptions options = new() { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Share = FileShare.None };
        if (OperatingSystem.IsWindows())
        {
            options.Options = FileOptions.DeleteOnClose;
            return new FileStream(path, options);
        }

        options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        FileStream file = new(path, options);
        File.Delete(path);
        return file;
    }

    private static Uri Allowed(Uri address) => (address.Scheme == Uri.UriSchemeHttps || address.Scheme == Uri.UriSchemeHttp) && address.UserInfo.Length == 0
        ? address
        : throw Failure("download/address", $"{address.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped)} isn't fetched: only https:// and http:// addresses without a user name are.");

    private CliException TooLarge() => Failure("download/too-large", $"It has more than {mostBytes:N0} bytes.", "--max-bytes allows more.");

    private static CliException Failure(string code, string message, string nearest = "") => new(ExitCodes.CannotEvaluate, code, message, nearest);
}
