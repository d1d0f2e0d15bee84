//! Where each operation of the OpenAPI document is called: its path with the ids of
//! what is really there, and what it needs beside its examples.

use super::people;
use super::world::World;
use crate::support::escaped;
use serde_json::Value;

/// A file of people.
pub const FILE: &str = "E-mail,First name\nbob@example.org,Bob\n";

/// What a webhook is sent.
pub const DELIVERY: &str = r#"{"email": "carl@example.org"}"#;

/// Where an operation is called.
#[derive(Default)]
pub struct Place {
    /// What stands for each parameter of the path.
    ids: Vec<(&'static str, String)>,
    /// The query, without the parameters that have examples.
    pub query: Vec<(&'static str, String)>,
    /// A body that isn't JSON, and what it is sent as.
    pub body: Option<(&'static str, &'static str)>,
    /// What else is told in headers.
    pub headers: Vec<(&'static str, String)>,
    /// Members of the body that no example can have.
    pub members: Vec<(&'static str, Value)>,
}

impl Place {
    pub fn with(mut self, name: &'static str, id: impl Into<String>) -> Self {
        self.ids.push((name, id.into()));
        self
    }

    fn query(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.query.push((name, value.into()));
        self
    }

    fn body(mut self, kind: &'static str, text: &'static str) -> Self {
        self.body = Some((kind, text));
        self
    }

    pub fn header(mut self, name: &'static str, text: impl Into<String>) -> Self {
        self.headers.push((name, text.into()));
        self
    }

    pub fn member(mut self, name: &'static str, value: Value) -> Self {
        self.members.push((name, value));
        self
    }

    /// A body with the members that only this place can have.
    pub fn completed(&self, text: String) -> String {
        if self.members.is_empty() {
            return text;
        }
        let mut body: Value = serde_json::from_str(&text).unwrap();
        for (name, value) in &self.members {
            body[name] = value.clone();
        }
        body.to_string()
    }

    /// The path with ids in it.
    pub fn path(&self, template: &str) -> String {
        let mut path = template.to_owned();
        for (name, id) in &self.ids {
            path = path.replace(&format!("{{{name}}}"), &escaped(id));
        }
        path
    }
}

/// `{db}` is 1.
fn first() -> Place {
    Place::default().with("db", "1")
}

fn id(id: impl Into<String>) -> Place {
    Place::default().with("id", id)
}

/// A place for an operation, with new things where it changes or ends them.
pub fn place(world: &World, operation: &str) -> Place {
    match operation {
        "revokeToken" => id(world.token()),
        "deleteDatabase" | "wipeDatabase" => {
            let (db, name) = world.database();
            Place::default().with("db", db).query("confirm", name)
        }
        "updateDatabase" | "createField" => Place::default().with("db", world.database().0),
        "getField" | "updateField" | "previewField" | "deleteField" => Place::default()
            .with("db", world.database_with_field())
            .with("name", "party"),
        "deleteResource" => {
            let (resource, name) = world.resource();
            id(resource).query("confirm", name)
        }
        "getResource" | "updateResource" | "cloneResource" | "getResourceCounters" => id("1"),
        "makeAppToken" | "setAppToken" => id("1"),
        "getAppToken" | "removeAppToken" => id(world.app_token()),
        "listAppKeys" => first(),
        "createAppKey" => {
            let (db, resource) = world.database_with_resource();
            Place::default()
                .with("db", db)
                .member("resource_id", resource.into())
        }
        "updateAppKey" => {
            let (db, key, resource) = world.app_key();
            let place = Place::default().with("db", db).with("id", key);
            place.member("resource_id", resource.into())
        }
        "deleteAppKey" => {
            let (db, key, _) = world.app_key();
            Place::default().with("db", db).with("id", key)
        }
        "getRelationType" | "updateRelationType" | "listRelations" | "changeRelation"
        | "changeRelations" => id(world.relation_type().0),
        "deleteRelationType" => {
            let (kind, name) = world.relation_type();
            id(kind).query("confirm", name)
        }
        "getRelation" => {
            let (kind, a, b) = world.relation();
            id(kind).with("a", a).with("b", b)
        }
        "undoMerge" => first().with("id", world.merge()),
        "getControlGroup"
        | "deleteControlGroup"
        | "changeControlGroupMember"
        | "getControlGroupReport" => {
            world.control_group();
            first()
        }
        "deleteProfile" | "erasePerson" => first().with("id", world.somebody()),
        "restoreSubscription" => {
            world.delete_subscription();
            first().with("id", &world.ann)
        }
        "deleteSubscription" => {
            let (person, subscription) = world.subscriber();
            first().with("id", person).query("id", subscription)
        }
        "getLinks" => first()
            .with("id", &world.ann)
            .query("subscription", &world.subscription),
        "askConfirmation" => first().with("id", world.somebody()),
        "getProfile" | "profileRelations" | "updateProfile" | "profileHistory"
        | "listSubscriptions" | "setSubscription" | "getDeliverability" | "makeLinks"
        | "exportPerson" => first().with("id", &world.ann),
        _ => of_jobs(world, operation),
    }
}

/// Of imports, schedules, exports, bulk updates and segments.
fn of_jobs(world: &World, operation: &str) -> Place {
    let at = |id: String| first().with("id", id);
    match operation {
        "uploadImport" => first().body("text/csv", FILE),
        "putImport" => at("people.csv".to_owned()).body("text/csv", FILE),
        "previewImport" | "startImport" => at(world.upload()),
        "getImport" | "pauseImport" | "cancelImport" => at(world.import()),
        "resumeImport" | "resumeUpdate" | "resumeExport" => {
            let (kind, id) = match operation {
                "resumeImport" => ("imports", world.import()),
                "resumeUpdate" => ("updates", world.bulk_update()),
                _ => ("exports", world.export()),
            };
            world.pause(kind, &id);
            at(id)
        }
        "deleteImportFiles" | "watchImport" | "failedRows" | "importIntoSegment" => {
            let id = world.import();
            world.work();
            at(id)
        }
        "getImportSettings" | "deleteImportSettings" => {
            first().with("name", world.import_settings())
        }
        "saveImportSettings" => first().with("name", world.word()),
        "deleteSchedule" | "getSchedule" | "updateSchedule" | "runSchedule" => at(world.schedule()),
        "listScheduleRuns" => at(world.run().0),
        "cancelScheduleRun" => {
            let (schedule, run) = world.run();
            at(schedule).with("run", run)
        }
        "getExport" | "pauseExport" | "cancelExport" => at(world.export()),
        "deleteExportFile" | "watchExport" | "getExportFile" => {
            let id = world.export();
            world.work();
            at(id)
        }
        "undoImport" => {
            let id = world.import();
            world.work();
            at(id)
        }
        "undoUpdate" => {
            let id = world.bulk_update();
            world.work();
            at(id)
        }
        "getUpdate" | "pauseUpdate" | "cancelUpdate" => at(world.bulk_update()),
        "watchUpdate" | "failedProfiles" => {
            let id = world.bulk_update();
            world.work();
            at(id)
        }
        "deleteSegment" => {
            let (id, name) = world.segment();
            at(id).query("confirm", name)
        }
        "getView" | "updateView" | "deleteView" => at(world.view()),
        "getSegment"
        | "updateSegment"
        | "listSegmentMembers"
        | "changeSegmentMembers"
        | "getSegmentCounters" => at(world.segment().0),
        "refreshSegment" => at(world.updatable_segment()),
        "getSegmentRefresh" | "pauseSegmentRefresh" | "cancelSegmentRefresh" => at(world.refresh()),
        "resumeSegmentRefresh" => {
            let id = world.refresh();
            let path = format!("/v1/databases/1/segments/{id}/refresh/pause");
            world.api.post(&path, &serde_json::Value::Null).ok(200);
            at(id)
        }
        _ => of_messages(world, operation),
    }
}

/// Of suppression lists, forms, webhooks, watchers and the outbox.
fn of_messages(world: &World, operation: &str) -> Place {
    match operation {
        "deleteSuppression" | "clearSuppression" => {
            let (list, name) = world.list();
            id(list).query("confirm", name)
        }
        "importSuppressed" => id(world.list().0).body("text/csv", "email\nbob@example.org\n"),
        "getSuppression"
        | "updateSuppression"
        | "checkSuppressed"
        | "countSuppressed"
        | "listSuppressed"
        | "addSuppressed"
        | "removeSuppressed"
        | "exportSuppressed"
        | "listSuppressionHistory" => id(world.list().0),
        "deleteForm" | "getForm" | "updateForm" | "getFormSnippet" | "showForm" | "sendForm"
        | "askForm" => id(world.form()),
        "deleteHook" | "getHook" | "updateHook" | "listDeliveries" | "addHookSecret"
        | "testHook" => id(world.hook().id),
        "receiveDelivery" => {
            let hook = world.hook();
            let mut place = id(&hook.id).body("application/json", DELIVERY);
            place.headers = world.signed(&hook, DELIVERY);
            place
        }
        "getDelivery" => {
            let (hook, delivery) = world.delivery();
            id(hook).with("delivery", delivery)
        }
        "replayDelivery" => {
            let (hook, delivery) = world.delivery();
            let place = id(hook).with("delivery", delivery);
            place.query("again", "true")
        }
        "getMessage" | "cancelMessage" => id(world.message()),
        "retryMessage" => {
            let message = world.message();
            world.cancel_message(&message);
            id(message)
        }
        "liftStanding" => {
            world.leave();
            Place::default()
        }
        "deleteWatcher"
        | "getWatcher"
        | "updateWatcher"
        | "listWatcherDeliveries"
        | "addWatcherSecret"
        | "testWatcher" => id(world.watcher()),
        "deleteConnector" | "getConnector" | "updateConnector" | "testConnector" => {
            id(world.connector())
        }
        _ => of_links(world, operation),
    }
}

/// Of what people open.
fn of_links(world: &World, operation: &str) -> Place {
    let link = |which| Place::default().with("token", world.link(which));
    match operation {
        "showConfirmation" | "confirm" | "askForAnotherLink" => link("confirm"),
        "showUnsubscribe" | "unsubscribeByLink" => link("unsubscribe"),
        "showManager" | "changeByManager" | "showLeaving" | "leaveEverything" => link("manage"),
        "track" => link("click"),
        _ => people::place(world, operation),
    }
}
