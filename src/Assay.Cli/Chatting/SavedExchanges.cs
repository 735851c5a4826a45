using System.Text;
using Assay.Client;
using Assay.Files;
using Assay.Verification;

namespace Assay.Cli.Chatting;

/// <summary>
/// Keeps the bytes of answers, as <c>assay verify</c> reads them, each under its receipt's id, for their owner only: they are conversations. Those that weren't
/// given out are kept too: they are evidence.
/// </summary>
internal sealed class SavedExchanges
{
    private const string Request = ".request.json";

    private readonly string _folder;
    private readonly Lock _section = new();

    internal SavedExchanges(string folder)
    {
        OwnerOnlyFile.CreateDirectory(folder);
        _folder = folder;
    }

    /// <summary>Keeps one; the path of its receipt, or of the answer where there is no receipt.</summary>
    internal string Keep(ChatExchange exchange)
    {
        lock (_section)
        {
            // The same receipt twice is a lie that is worth keeping: nothing is written over.
            string name = exchange.ReceiptId.ToString();
            for (int i = 2; File.Exists(Of(name, Request)); i++)
            {
                name = $"{exchange.ReceiptId}-{i}";
            }

            string answer = Of(name, exchange.IsStream ? ".answer.sse" : ".answer.json"), receipt = Of(name, ".receipt");
            OwnerOnlyFile.Write(Of(name, Request), exchange.Request.Span);
            OwnerOnlyFile.Write(answer, exchange.Received.Span);
            if (exchange.Bundle.IsEmpty)
            {
                return answer;
            }

            OwnerOnlyFile.Write(receipt, exchange.Bundle.Span);
            return receipt;
        }
    }

    /// <summary>Keeps the keys that were taken on first use; where, in words. What others wrote there is never written over.</summary>
    internal string KeepTrust(ReceiptFacts receipt)
    {
        byte[] lines = Encoding.UTF8.GetBytes(receipt.TrustLines);
        lock (_section)
        {
            string first = Path.Combine(_folder, "trust.txt"), path = first;
            for (int i = 2; Path.Exists(path) && !IsThere(path, lines); i++)
            {
                path = Path.Combine(_folder, $"trust-{i}.txt");
            }

            if (!Path.Exists(path))
            {
                DurableFile.Write(path, lines);
            }

            return path == first ? path : $"{path}, for {first} says something else";
        }
    }

    private static bool IsThere(string path, ReadOnlySpan<byte> lines) => new FileInfo(path) is { Exists: true } file && file.Length == lines.Length && OwnerOnlyFile.Read(path, lines.Length).AsSpan().SequenceEqual(lines);

    private string Of(string name, string ending) => Path.Combine(_folder, name + ending);
}
