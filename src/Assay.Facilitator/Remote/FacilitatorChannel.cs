using System.Net;
using System.Net.Http.Headers;

namespace Assay.Facilitator;

/// <summary>Sends requests to one host, whatever it answers; bounded in time and size.</summary>
internal sealed class FacilitatorChannel(HttpClient http, Uri address, RemoteFacilitatorOptions options, TimeProvider clock)
{
    private const int MaxRedirects = 3;

    /// <summary>The answer; null: there is none that could be read.</summary>
    public async Task<FacilitatorAnswer?> SendAsync(string path, byte[]? body, TimeSpan timeout, CancellationToken cancellation)
    {
        using CancellationTokenSource limit = new(timeout, clock);
        using CancellationTokenSource both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        try
        {
            Uri target = new(address.AbsoluteUri.TrimEnd('/') + path);
            for (int i = 0; i <= MaxRedirects; i++)
            {
                using HttpRequestMessage request = Request(target, body);
                using HttpResponseMessage response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, both.Token).ConfigureAwait(false);
                if (response.StatusCode is HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect && response.Headers.Location is { } location)
                {
                    Uri next = new(target, location);
                    if (Uri.Compare(next, target, UriComponents.SchemeAndServer, UriFormat.SafeUnescaped, StringComparison.OrdinalIgnoreCase) != 0)
                    {
                        // Payments and credentials don't go to whom the operator hasn't named.
                        return null;
                    }

                    target = next;
                    continue;
                }

                return await ReadAsync(response, both.Token).ConfigureAwait(false);
            }

            return null;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return null;
        }
        catch (Exception e) when (e is HttpRequestException or IOException or UriFormatException)
        {
            return null;
        }
    }

    private HttpRequestMessage Request(Uri target, byte[]? body)
    {
        HttpRequestMessage request = new(body is null ? HttpMethod.Get : HttpMethod.Post, target);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        }

        foreach ((string name, string value) in options.Headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return request;
    }

    private async Task<FacilitatorAnswer?> ReadAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        byte[] buffer = new byte[options.MaxAnswerBytes + 1];
        int length = 0;
        using Stream stream = await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
        while (length < buffer.Length)
        {
            int read = await stream.ReadAsync(buffer.AsMemory(length), cancellation).ConfigureAwait(false);
            if (read == 0)
            {
                return new FacilitatorAnswer(response.StatusCode, buffer.AsMemory(0, length), response.Headers.RetryAfter);
            }

            length += read;
        }

        return null;
    }
}
