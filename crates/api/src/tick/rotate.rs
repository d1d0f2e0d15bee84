//! Has everybody drawn again where it is time to.

use roster_http::{Call, Problem};
use roster_store::catalogue::Author;
use roster_store::{control, databases};

/// Through which interface.
const INTERFACE: &str = "tick";

/// Begins the draws that are due.
pub(super) async fn due(call: &Call) -> Result<(), Problem> {
    let due = {
        let sql = call.pool.lend().await?;
        control::due(&sql, call.now).await?
    };
    for id in due {
        call.change(async |sql| {
            // It may be gone, or drawn by another tick.
            if let Some(row) = databases::get(sql, id).await? {
                let author = Author {
                    actor: &call.caller.actor,
                    interface: INTERFACE,
                    at: call.now,
                };
                control::rotate(sql, &row.database, &author).await?;
            }
            Ok(())
        })
        .await?;
    }
    Ok(())
}
