using System.Text;
using Assay.Client;
using Assay.Files;
using Assay.Verification;

namespace Assay.Cli.Chatting;

/// <summary>Keeps the bytes of answers, as <c>assay verify</c> reads them, each under its receipt's id. Those that weren't given out are kept too: they are evidence.</summary>
internal sealed class SavedExchanges
{
    private readonly string _folder;
    private readonly Lock _section = new();

    internal SavedExchanges(string folder)
    {
        Directory.CreateDirectory(folder);
        _folder = folder;
    }

    /// <summary>Keeps one; its receipt's path.</summary>
    internal string Keep(ChatExchange exchange)
    {
        lock (_section)
        {
            // The same receipt twice is a lie that is worth keeping: nothing is written over.
            string name = exchange.ReceiptId.ToString();
            for (int i = 2; File.Exists(Of(name, ".receipt")); i++)
            {
                name = $"{exchange.ReceiptId}-{i}";
            }

            DurableFile.Write(Of(name, ".request.json"), exchange.Request.Span);
            DurableFile.Write(Of(name, exchange.IsStream ? ".answer.sse" : ".answer.json"), exchange.Received.Span);
            DurableFile.Write(Of(name, ".receipt"), exchange.Bundle.Span);
            return Of(name, ".receipt");
        }
    }

    /// <summary>Keeps the keys that were taken on first use; the file.</summary>
    internal string KeepTrust(ReceiptFacts receipt)
    {
        string path = Path.Combine(_folder, "trust.txt");
        DurableFile.Write(path, Encoding.UTF8.GetBytes(receipt.TrustLines));
        return path;
    }

    private string Of(string name, string ending) => Path.Combine(_folder, name + ending);
}
