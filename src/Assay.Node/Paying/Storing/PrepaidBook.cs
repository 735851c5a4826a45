using System.Numerics;
using Assay.Node.Storing;
using Microsoft.Data.Sqlite;

namespace Assay.Node.Paying;

/// <summary>Balances of API keys, for the operator's commands; also while the node runs. Amounts in 10^-18 of the currency.</summary>
public static class PrepaidBook
{
    /// <summary>Changes a balance.</summary>
    /// <param name="folder">The node's folder.</param>
    /// <param name="name">The key's name.</param>
    /// <param name="currency">The currency, as in the price file.</param>
    /// <param name="change">What is added; negative takes away.</param>
    /// <returns>The new balance; null, and nothing changed, if it would be below 0, or below what requests that run now hold of it.</returns>
    public static BigInteger? Change(string folder, string name, string currency, BigInteger change)
    {
        using SqliteConnection connection = PaymentSchema.Open(folder, isNode: false);
        using PaymentCommands commands = new(connection);
        using WriteTransaction transaction = commands.Begin();
        BigInteger balance = commands.Balance(name, currency) + change;

        // What requests that run now may still take isn't there any more.
        if ((change.Sign < 0 ? balance - commands.Held(name, currency) : balance).Sign < 0)
        {
            return null;
        }

        commands.SetBalance(name, currency, balance);
        transaction.Commit();
        return balance;
    }

    /// <summary>All balances.</summary>
    public static IReadOnlyList<(string Name, string Currency, BigInteger Amount)> Read(string folder)
    {
        using SqliteConnection connection = PaymentSchema.Open(folder, isNode: false);
        using PaymentCommands commands = new(connection);
        return commands.Balances();
    }
}
