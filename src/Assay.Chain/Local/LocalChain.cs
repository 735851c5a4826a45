using System.Globalization;
using System.Net.Http.Headers;
using System.Numerics;
using System.Text.Json;
using Assay.Evm;
using Assay.Payments;
using Assay.Primitives;

namespace Assay.Chain;

/// <summary>
/// A chain on this machine, for demonstrations and tests: anvil on a loopback port that it chooses itself, with the contracts of
/// contracts/ where clients look for them. It has the number of Base's test network and a token in the place of that network's dollar,
/// so that clients pay as they are. Its money is worth nothing, anybody may mint it, and it ends with this object or this process.
/// </summary>
public sealed class LocalChain : IAsyncDisposable
{
    /// <summary>Base Sepolia's number.</summary>
    public const int ChainId = 84532;

    /// <summary>How the token names itself in its EIP-712 domain.</summary>
    public const string TokenName = "USDC";

    /// <summary>The version in the token's EIP-712 domain.</summary>
    public const string TokenVersion = "2";

    private const string Keys =
        "ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80 59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d " +
        "5de4111afa1a4b94908f83103eb1f1706367c2e68ca870fc3fb9a804cdab365a 7c852118294e51e653712a81e05800f419141751be58f605c371e15141b007a6 " +
        "47e179ec197488593b187f80a00eb0da91f1b9d0b13f8733639f19c30a34926a 8b3a350cf5c34c9194ca85829a2df0ec3153be0318b5e2d3348e872092edffba " +
        "92db14e403b83dfe3df233f83dfa3a0d7096f21ca9b0d6d6b8d88b2b4ec1564e 4bbbf85ce3377467afe5d46f804f221813b2bb87f24d81f60f1fcdbf7cbf4356 " +
        "dbda1821b80551c9d65939329250298aa3472ba22feea921c0cf5d620ea67b97 2a871d0798f97d79848a013d4936a73bf4cc922c825d33c1cf7073dff6d409c6";

    private static readonly MediaTypeHeaderValue Json = new("application/json");

    private readonly AnvilProcess _process;
    private readonly HttpClient _http;
    private int _requests;

    private LocalChain(AnvilProcess process)
    {
        _process = process;
        Url = new Uri($"http://127.0.0.1:{process.Port.ToString(CultureInfo.InvariantCulture)}/");
        _http = new HttpClient { BaseAddress = Url, Timeout = TimeSpan.FromSeconds(30) };
    }

    /// <summary>
    /// anvil's ten well-known development keys, in hexadecimal digits. Everybody knows them: their accounts have coins for gas on any
    /// anvil, and must never hold anything on another chain.
    /// </summary>
    public static IReadOnlyList<string> DevelopmentKeys { get; } = Keys.Split(' ');

    /// <summary>The token: 6 decimals; EIP-3009, EIP-2612; where Base Sepolia has its dollar.</summary>
    public static EvmAddress Token { get; } = Address("0x036CbD53842c5426634e7929541eC2318f3dCF7e");

    /// <summary>Multicall3.</summary>
    public static EvmAddress Multicall { get; } = Address("0xcA11bde05977b3631167028862bE2a173976CA11");

    /// <summary>The address of its JSON-RPC.</summary>
    public Uri Url { get; }

    /// <summary>Starts a chain and puts the contracts on it. It mines each transaction at once.</summary>
    /// <param name="program">anvil; null: <see cref="AnvilProgram.Find"/>.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="InvalidOperationException">There is no anvil, or it didn't start: the message says what to do.</exception>
    public static async Task<LocalChain> StartAsync(string? program = null, CancellationToken cancellation = default)
    {
        program ??= AnvilProgram.Find() ?? throw new InvalidOperationException("anvil isn't installed. " + AnvilProgram.HowToInstall);
        LocalChain chain = new(await AnvilProcess.StartAsync(program, ChainId, cancellation));
        try
        {
            await chain.SetCodeAsync(Token, ContractArtifact.Load("TestToken").Runtime, cancellation);
            await chain.SetCodeAsync(PaymentContracts.Permit2, ContractArtifact.Load("Permit2").Runtime, cancellation);
            await chain.SetCodeAsync(PaymentContracts.ExactProxy, ContractArtifact.Load("ExactProxy").Runtime, cancellation);
            await chain.SetCodeAsync(PaymentContracts.UptoProxy, ContractArtifact.Load("UptoProxy").Runtime, cancellation);
            await chain.SetCodeAsync(Multicall, ContractArtifact.Load("Multicall3").Runtime, cancellation);
            return chain;
        }
        catch
        {
            await chain.DisposeAsync();
            throw;
        }
    }

    /// <summary>Sets how many of the token's smallest units an account holds; without a transaction.</summary>
    public Task SetTokensAsync(EvmAddress holder, BigInteger amount, CancellationToken cancellation = default) =>
        SetStorageAsync(Token, Slot(holder, EvmAmount.Word(0)), amount, cancellation);

    /// <summary>How many of the token's smallest units an account holds.</summary>
    public async Task<BigInteger> TokensOfAsync(EvmAddress holder, CancellationToken cancellation = default) =>
        Number(await RequestAsync("eth_getStorageAt", cancellation, Token.ToLowerString(), Hex(Slot(holder, EvmAmount.Word(0))), "latest"));

    /// <summary>Sets how much of the token Permit2 may move for an account; without a transaction.</summary>
    public Task AllowPermit2Async(EvmAddress owner, BigInteger amount, CancellationToken cancellation = default) =>
        SetStorageAsync(Token, Slot(PaymentContracts.Permit2, Slot(owner, EvmAmount.Word(1))), amount, cancellation);

    /// <summary>Sets an account's coins, in wei, of which it pays for gas.</summary>
    public Task SetCoinsAsync(EvmAddress holder, BigInteger wei, CancellationToken cancellation = default) =>
        RequestAsync("anvil_setBalance", cancellation, holder.ToLowerString(), Quantity(wei));

    /// <summary>Puts code at an address.</summary>
    /// <param name="code"><c>0x</c> and hexadecimal digits.</param>
    public Task SetCodeAsync(EvmAddress contract, string code, CancellationToken cancellation = default) =>
        RequestAsync("anvil_setCode", cancellation, contract.ToLowerString(), code);

    /// <summary>Mines blocks with what is waiting.</summary>
    public Task MineAsync(int blocks = 1, CancellationToken cancellation = default) => RequestAsync("anvil_mine", cancellation, Quantity(blocks));

    /// <summary>Whether each transaction gets a block at once; otherwise <see cref="MineAsync"/> does it, or an interval.</summary>
    public Task MineAtOnceAsync(bool enabled, CancellationToken cancellation = default) => RequestAsync("evm_setAutomine", cancellation, enabled);

    /// <summary>Mines a block every so many seconds; 0: never by itself.</summary>
    public Task MineEveryAsync(int seconds, CancellationToken cancellation = default) => RequestAsync("evm_setIntervalMining", cancellation, seconds);

    /// <summary>Any JSON-RPC request.</summary>
    /// <param name="method">The method; anvil has its own besides Ethereum's.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <param name="arguments">Values that JSON has: text, numbers, truth values, arrays, dictionaries, null.</param>
    /// <exception cref="InvalidOperationException">The chain answered with an error.</exception>
    public async Task<JsonElement> RequestAsync(string method, CancellationToken cancellation, params IReadOnlyList<object?> arguments)
    {
        Dictionary<string, object?> request = new() { ["jsonrpc"] = "2.0", ["id"] = Interlocked.Increment(ref _requests), ["method"] = method, ["params"] = arguments };
        using ByteArrayContent content = new(JsonSerializer.SerializeToUtf8Bytes(request));
        content.Headers.ContentType = Json;
        using HttpResponseMessage response = await _http.PostAsync((Uri?)null, content, cancellation);
        using JsonDocument answer = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync(cancellation));
        return answer.RootElement.TryGetProperty("result", out JsonElement result)
            ? result.Clone()
            : throw new InvalidOperationException($"{method}: {answer.RootElement.GetRawText()}");
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _process.DisposeAsync();
    }

    private Task<JsonElement> SetStorageAsync(EvmAddress contract, Digest32 slot, BigInteger value, CancellationToken cancellation) =>
        RequestAsync("anvil_setStorageAt", cancellation, contract.ToLowerString(), Hex(slot), Hex(EvmAmount.Word(value)));

    // Where Solidity puts a mapping's entry: keccak256 of key and the mapping's own slot.
    private static Digest32 Slot(EvmAddress key, Digest32 mapping) => Keccak256.HashData([.. Eip712.Word(key).Bytes, .. mapping.Bytes]);

    private static string Hex(Digest32 word) => "0x" + Convert.ToHexStringLower(word.Bytes);

    private static string Quantity(BigInteger number) => "0x" + (number.IsZero ? "0" : number.ToString("x", CultureInfo.InvariantCulture).TrimStart('0'));

    private static BigInteger Number(JsonElement quantity) =>
        BigInteger.Parse("0" + quantity.GetString()![2..], NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    private static EvmAddress Address(string text) => EvmAddress.TryParse(text, out EvmAddress address) ? address : throw new FormatException(text);
}
