using System.Globalization;
using System.Numerics;
using System.Text.Json;
using Assay.Evm;
using Assay.Payments;
using Assay.Receipts;

namespace Assay.Node.Paying;

/// <summary>
/// Reads price files: strict JSON, closed and versioned, and names every problem at once. A member that isn't known is an error: it could be a
/// restriction that this version would ignore.
/// </summary>
internal sealed class PriceFileReader
{
    private const int MaximumBytes = 1 << 20;
    private const int MaximumName = 64;
    private const string PerInput = "perMillionInputTokens";
    private const string PerOutput = "perMillionOutputTokens";
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 8, AllowDuplicateProperties = false };

    private readonly List<string> _problems = [];

    internal PriceFile? TryRead(ReadOnlyMemory<byte> json, out IReadOnlyList<string> problems)
    {
        problems = _problems;
        if (json.Length > MaximumBytes)
        {
            _problems.Add($"{json.Length:N0} bytes; at most {MaximumBytes:N0}");
            return null;
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(json, Strict);
            PriceFile? file = Root(document.RootElement);
            return _problems.Count == 0 ? file : null;
        }
        catch (JsonException e)
        {
            _problems.Add($"not strict JSON: {e.Message}");
        }
        catch (InvalidOperationException)
        {
            // JSON may escape half a surrogate pair; the text then has no value.
            _problems.Add("not strict JSON: a string isn't Unicode text");
        }

        return null;
    }

    private PriceFile? Root(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("profile", out JsonElement profile) || profile.ValueKind != JsonValueKind.String || profile.GetString() != PriceFile.Profile)
        {
            _problems.Add($"'profile' must be \"{PriceFile.Profile}\"");
            return null;
        }

        Members members = new(this, root, "", "profile", "network", "rpc", "payTo", "token", "facilitator", "maxTimeoutSeconds", "confirmations", "publicUrl", "signOffers", "models");
        BigInteger chain = default;
        if (members.Text("network") is { } network)
        {
            if (NamedNetworks.TryCaip2(network) is { } id && id.Sign > 0)
            {
                chain = id;
            }
            else
            {
                _problems.Add("'network' isn't eip155:<chain id>, for example eip155:84532");
            }
        }

        PricedToken? token = Token(members.Object("token"));
        FacilitatorSettings? facilitator = Facilitator(members.Object("facilitator"));
        EvmAddress payTo = members.Address("payTo");
        Uri? rpc = members.Url("rpc");
        if (rpc is null)
        {
            // Also with a facilitator elsewhere: x402's own says once that it settled, and afterwards that the payment was used.
            _problems.Add("'rpc' is missing: whether a payment was settled, only the chain says for sure");
        }

        int timeout = members.Number("maxTimeoutSeconds", 300, 60, 3600), confirmations = members.Number("confirmations", 1, 1, 1000);
        Uri? publicUrl = members.Url("publicUrl");
        bool signs = members.Flag("signOffers");
        if (signs && facilitator is { Url: not null, Keystore: null, KeyVariable: null })
        {
            _problems.Add("'signOffers' needs an account: 'keystore' or 'keyVariable' in 'facilitator'");
        }

        Dictionary<string, ModelPrices> models = new(StringComparer.Ordinal);
        if (members.Object("models") is { } listed && token is not null)
        {
            foreach (JsonProperty model in listed.EnumerateObject())
            {
                if (Model(model.Value, $"models.{Shorten(model.Name)}", token) is { } prices)
                {
                    models[model.Name] = prices;
                }
            }
        }

        return token is null || facilitator is null || rpc is null ? null : new PriceFile
        {
            ChainId = chain,
            Rpc = rpc,
            PayTo = payTo,
            Token = token,
            Facilitator = facilitator,
            MaxTimeoutSeconds = timeout,
            Confirmations = confirmations,
            PublicUrl = publicUrl,
            SignsOffers = signs,
            Models = models,
        };
    }

    private PricedToken? Token(JsonElement? element)
    {
        if (element is not { } token)
        {
            return null;
        }

        Members members = new(this, token, "token", "address", "name", "version", "decimals", "currency", "symbol");
        EvmAddress address = members.Address("address");
        string? name = members.Text("name"), version = members.Text("version"), currency = members.Text("currency");
        string? symbol = token.TryGetProperty("symbol", out _) ? members.Text("symbol") : currency;
        int decimals = members.Number("decimals", null, 0, DecimalAmount.BalanceDecimals);
        if (currency is not null && !(currency.Length is >= 3 and <= 12 && char.IsAsciiLetterUpper(currency[0]) && currency.All(static c => char.IsAsciiLetterUpper(c) || char.IsAsciiDigit(c))))
        {
            _problems.Add("'token.currency' has 3 to 12 of A-Z and 0-9, a letter first, for example USD");
        }

        return name is null || version is null || currency is null || symbol is null ? null : new PricedToken(address, name, version, decimals, currency, symbol);
    }

    private FacilitatorSettings? Facilitator(JsonElement? element)
    {
        if (element is not { } settings)
        {
            return null;
        }

        Members members = new(this, settings, "facilitator", "url", "tokenVariable", "keystore", "passphraseFile", "keyVariable");
        FacilitatorSettings read = new()
        {
            Url = members.Url("url"),
            TokenVariable = members.Optional("tokenVariable"),
            Keystore = members.Optional("keystore"),
            PassphraseFile = members.Optional("passphraseFile"),
            KeyVariable = members.Optional("keyVariable"),
        };
        if (read.Url is null && read.TokenVariable is not null)
        {
            _problems.Add("'facilitator.tokenVariable' goes with 'url'");
        }

        if ((read.Keystore is null) != (read.PassphraseFile is null))
        {
            _problems.Add("'facilitator': 'keystore' and 'passphraseFile' go together");
        }

        if (read.Keystore is not null && read.KeyVariable is not null)
        {
            _problems.Add("'facilitator': one account, by 'keystore' or by 'keyVariable'");
        }

        if (read.Url is null && read.Keystore is null && read.KeyVariable is null)
        {
            _problems.Add("'facilitator' needs 'url', or an account to settle with: 'keystore' and 'passphraseFile', or 'keyVariable'");
        }

        return read;
    }

    private ModelPrices? Model(JsonElement element, string place, PricedToken token)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            _problems.Add($"'{place}' isn't an object");
            return null;
        }

        Members members = new(this, element, place, "pay", "recommended", "levels");
        PaymentModes modes = Modes(element, place);
        Dictionary<VerificationLevel, LevelPrice> stated = [];
        if (modes != PaymentModes.Off && members.Object("levels") is { } levels)
        {
            foreach (JsonProperty level in levels.EnumerateObject())
            {
                if (!VerificationLevel.TryParseCanonical(level.Name, out VerificationLevel known, out string? error))
                {
                    _problems.Add($"'{place}.levels' has '{Shorten(level.Name)}', which isn't a level as it is written ({error})");
                }
                else if (Price(level.Value, $"{place}.levels.{known}", token) is { } price)
                {
                    stated[known] = price;
                }
            }
        }

        VerificationLevel recommended = default;
        if (modes == PaymentModes.Off)
        {
            return new ModelPrices { Modes = modes, Recommended = default, Stated = stated };
        }

        ModelPrices prices = new() { Modes = modes, Recommended = default, Stated = stated };
        if (members.Text("recommended") is { } text && (!VerificationLevel.TryParse(text, out recommended, out _) || prices.Of(recommended) is not { } advised || !(advised.IsExact || advised.PerMillionTokens is not null)))
        {
            _problems.Add($"'{place}.recommended' isn't a level with a price here (perRequest, perItem, or by tokens)");
        }

        return prices with { Recommended = recommended };
    }

    private PaymentModes Modes(JsonElement element, string place)
    {
        PaymentModes modes = PaymentModes.Off;
        if (!element.TryGetProperty("pay", out JsonElement pay) || pay.ValueKind != JsonValueKind.Array)
        {
            _problems.Add($"'{place}.pay' is a list of \"prepaid\" and \"x402\", empty if the model is free");
            return modes;
        }

        foreach (JsonElement mode in pay.EnumerateArray())
        {
            PaymentModes one = mode.ValueKind != JsonValueKind.String ? PaymentModes.Off : mode.GetString() switch
            {
                "prepaid" => PaymentModes.Prepaid,
                "x402" => PaymentModes.X402,
                _ => PaymentModes.Off,
            };
            if (one == PaymentModes.Off || modes.HasFlag(one))
            {
                _problems.Add($"'{place}.pay' is a list of \"prepaid\" and \"x402\", none twice");
            }

            modes |= one;
        }

        return modes;
    }

    private LevelPrice? Price(JsonElement element, string place, PricedToken token)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            _problems.Add($"'{place}' isn't an object");
            return null;
        }

        Members members = new(this, element, place, "perRequest", "perItem", "perSecond", PerInput, PerOutput, "most");
        BigInteger? request = members.Amount("perRequest", token.Decimals), item = members.Amount("perItem", token.Decimals);
        BigInteger? second = members.Amount("perSecond", token.Decimals), most = members.Amount("most", token.Decimals);
        BigInteger? input = members.Amount(PerInput, token.Decimals), output = members.Amount(PerOutput, token.Decimals);
        (BigInteger, BigInteger)? tokens = input is null && output is null ? null : (input ?? 0, output ?? 0);
        if (second is not null && tokens is not null)
        {
            _problems.Add($"'{place}': by use is by 'perSecond', or by tokens");
        }

        if ((second is not null || tokens is not null) && most is not { IsZero: false })
        {
            _problems.Add($"'{place}': what is sold by use ('perSecond', '{PerInput}', '{PerOutput}') needs 'most', above 0");
        }
        else if (second is null && tokens is null && most is not null)
        {
            _problems.Add($"'{place}': 'most' is for what is sold by use ('perSecond', '{PerInput}', '{PerOutput}')");
        }

        LevelPrice price = new(request ?? 0, item ?? 0, second, most) { PerMillionTokens = tokens };
        if (!price.IsExact && most is null)
        {
            _problems.Add($"'{place}' costs nothing; leave the level away, or the model's \"pay\" empty");
        }

        return price;
    }

    private static string Shorten(string text) => text.Length <= 40 ? text : text[..40] + "...";

    /// <summary>The members of one object, those that aren't known reported.</summary>
    private readonly struct Members
    {
        private readonly PriceFileReader _reader;
        private readonly JsonElement _element;
        private readonly string _prefix;

        internal Members(PriceFileReader reader, JsonElement element, string place, params string[] known)
        {
            _reader = reader;
            _element = element;
            _prefix = place.Length == 0 ? "" : place + ".";
            foreach (JsonProperty member in element.EnumerateObject())
            {
                if (!known.Contains(member.Name))
                {
                    reader._problems.Add($"'{_prefix}{Shorten(member.Name)}' is unknown; there are {string.Join(", ", known)}");
                }
            }
        }

        internal string? Text(string name)
        {
            if (_element.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 and <= MaximumName } text && !text.Any(char.IsControl))
            {
                return text;
            }

            _reader._problems.Add($"'{_prefix}{name}' is missing, or isn't a text of 1 to {MaximumName} characters");
            return null;
        }

        internal string? Optional(string name)
        {
            if (!_element.TryGetProperty(name, out JsonElement value))
            {
                return null;
            }

            if (value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 and <= 4096 } text)
            {
                return text;
            }

            _reader._problems.Add($"'{_prefix}{name}' isn't a text");
            return null;
        }

        internal JsonElement? Object(string name)
        {
            if (_element.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Object)
            {
                return value;
            }

            _reader._problems.Add($"'{_prefix}{name}' is missing, or isn't an object");
            return null;
        }

        internal EvmAddress Address(string name)
        {
            EvmAddress address = default;
            if (Text(name) is { } text && (!EvmAddress.TryParse(text, out address) || address == default))
            {
                _reader._problems.Add($"'{_prefix}{name}' isn't an address (0x and 40 digits; mixed case must be EIP-55's)");
            }

            return address;
        }

        internal Uri? Url(string name)
        {
            if (Optional(name) is not { } text)
            {
                return null;
            }

            if (Uri.TryCreate(text, UriKind.Absolute, out Uri? url) && url.Scheme is "http" or "https" && url!.UserInfo.Length == 0)
            {
                return url;
            }

            _reader._problems.Add($"'{_prefix}{name}' isn't an http:// or https:// address without a password");
            return null;
        }

        internal int Number(string name, int? otherwise, int least, int most)
        {
            if (!_element.TryGetProperty(name, out JsonElement value) && otherwise is { } number)
            {
                return number;
            }

            if (value.ValueKind == JsonValueKind.Number && int.TryParse(value.GetRawText(), NumberStyles.None, CultureInfo.InvariantCulture, out number) && number >= least && number <= most)
            {
                return number;
            }

            _reader._problems.Add($"'{_prefix}{name}' is a whole number from {least} to {most:N0}");
            return least;
        }

        internal bool Flag(string name)
        {
            if (!_element.TryGetProperty(name, out JsonElement value))
            {
                return false;
            }

            if (value.ValueKind is not (JsonValueKind.True or JsonValueKind.False))
            {
                _reader._problems.Add($"'{_prefix}{name}' is true or false");
            }

            return value.ValueKind == JsonValueKind.True;
        }

        internal BigInteger? Amount(string name, int decimals)
        {
            if (Optional(name) is not { } text)
            {
                return null;
            }

            if (DecimalAmount.TryParse(text, decimals, out BigInteger amount, out string? error))
            {
                return amount;
            }

            _reader._problems.Add($"'{_prefix}{name}' {error}");
            return null;
        }
    }
}
