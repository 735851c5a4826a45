using System.Numerics;
using Assay.Node.Serving;
using Assay.Payments;

namespace Assay.Node.Paying;

/// <summary>What is held of a balance for one request, until it is charged; given back where it never is.</summary>
internal sealed class PrepaidHold : IAsyncDisposable
{
    private readonly PaymentStore _store;
    private readonly PricedToken _token;
    private readonly string _key;
    private readonly byte[] _id;
    private readonly Func<RunMeasure?, BigInteger> _price;
    private bool _isCharged;

    internal PrepaidHold(PaymentStore store, PricedToken token, string key, byte[] id, Func<RunMeasure?, BigInteger> price)
    {
        (_store, _token, _key, _id, _price) = (store, token, key, id, price);
        Paid = new PaidFor(null, null, measure => PriceText.Prepaid(token.Show(price(measure)), token.Currency));
    }

    /// <summary>What the receipt says.</summary>
    internal PaidFor Paid { get; }

    /// <summary>An amount of the token in the balance's unit.</summary>
    internal BigInteger Scaled(BigInteger amount) => amount * BigInteger.Pow(10, DecimalAmount.BalanceDecimals - _token.Decimals);

    /// <summary>Takes what the work costs; of null, nothing.</summary>
    internal async Task ChargeAsync(RunMeasure? measure)
    {
        await _store.ChargeAsync(_id, _key, _token.Currency, Scaled(_price(measure))).ConfigureAwait(false);
        _isCharged = true;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_isCharged)
        {
            await _store.DropHoldAsync(_id).ConfigureAwait(false);
        }
    }
}
